import { intAttribute } from '../model/attributes.ts';
import type { DropoutDimension } from './dropout.ts';
import type { EncoderContext } from './encoder-context.ts';

/**
 * Whose states are computed: those of all tokens, or those of each text's first token. Classifiers read nothing else of the
 * last layer, which then needs keys and values of all tokens but queries and the feed-forward half of the first only.
 */
export type TokenSelection = 'all' | 'first';

/** Token states `[tokens, size]` as they are, or the rows of first tokens, `[batch, size]`. */
export function selectTokens({ builder, inputShape }: EncoderContext, states: string, tokens: TokenSelection): string {
  if (tokens === 'all') return states;
  const shape = builder.operation('Concat', [inputShape, builder.integers([-1])], { axis: intAttribute(0) });
  const byText = builder.operation('Reshape', [states, shape]);
  return builder.operation('Gather', [byText, builder.integer(0)], { axis: intAttribute(1) });
}

/** Something by query as it is, or what belongs to the first query alone; its axis stays and has the length 1. */
export function selectQueries(
  { builder }: EncoderContext,
  values: string,
  { tokens, axis }: { readonly tokens: TokenSelection; readonly axis: number },
): string {
  if (tokens === 'all') return values;
  return builder.operation('Slice', [values, builder.integers([0]), builder.integers([1]), builder.integers([axis])]);
}

/** Rows of token states, in shapes of dropout masks. */
export function rowDimension(tokens: TokenSelection): DropoutDimension {
  return tokens === 'all' ? 'tokens' : 'batch';
}

/** What a layer of a stack is. */
export interface StackedLayer {
  readonly index: number;
  /** Whose states it gives. */
  readonly tokens: TokenSelection;
}

/** A stack of layers. */
export interface StackOptions {
  readonly layerCount: number;
  /** Whose states the last layer gives. */
  readonly tokens: TokenSelection;
  readonly build: (state: string, layer: StackedLayer) => string;
}

/** Puts layers on one another. All but the last give the states of all tokens, which the next one's keys and values need. */
export function stackLayers(context: EncoderContext, input: string, options: StackOptions): string {
  const { layerCount, tokens, build } = options;
  if (layerCount === 0) return selectTokens(context, input, tokens);
  let state = input;
  for (let index = 0; index < layerCount; index++) {
    state = build(state, { index, tokens: index === layerCount - 1 ? tokens : 'all' });
  }
  return state;
}
