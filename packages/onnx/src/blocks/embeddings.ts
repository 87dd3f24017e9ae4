import { intAttribute } from '../model/attributes.ts';
import { layerNormalization } from './layer-normalization.ts';
import type { EncoderContext } from './encoder-context.ts';

const int64Code = 7;

/** The table of position embeddings and which row a token gets. */
export interface PositionTable {
  readonly kind: 'first' | 'after-padding';
  readonly count: number;
  readonly padTokenId: number;
}

/** Which tables are added up to the first token states. */
export interface EmbeddingOptions {
  readonly size: number;
  readonly epsilon: number;
  /** The share of numbers to take out in training. */
  readonly dropout: number;
  readonly vocabularySize: number;
  /** `first`: 0, 1, 2 ...; `after-padding`: padding id + running count of tokens that are not padding (RoBERTa). Undefined: none. */
  readonly positions?: PositionTable | undefined;
  /** Token types: from an input of the graph, or all of type 0. Undefined if the encoder has no such table. */
  readonly types?: { readonly kind: 'input' | 'zero'; readonly count: number } | undefined;
}

/** Sum of word, position and type embeddings, normalised: `[batch, sequence, size]`. */
export function embeddings(context: EncoderContext, options: EmbeddingOptions): string {
  const { builder, weights } = context;
  return builder.within('embeddings', () => {
    const table = weights.weight('embeddings.word_embeddings.weight', [options.vocabularySize, options.size]);
    let sum = builder.operation('Gather', [table, context.inputIds]);
    if (options.types !== undefined) {
      sum = builder.operation('Add', [sum, typeEmbeddings(context, options.size, options.types)]);
    }
    if (options.positions !== undefined) {
      sum = builder.operation('Add', [sum, positionEmbeddings(context, options.size, options.positions)]);
    }
    const states = layerNormalization(context, sum, {
      name: 'embeddings.LayerNorm',
      size: options.size,
      epsilon: options.epsilon,
    });
    return context.dropout.apply(states, {
      name: 'embeddings',
      probability: options.dropout,
      shape: ['batch', 'sequence', options.size],
    });
  });
}

function typeEmbeddings(context: EncoderContext, size: number, types: NonNullable<EmbeddingOptions['types']>): string {
  const { builder, weights } = context;
  const table = weights.weight('embeddings.token_type_embeddings.weight', [types.count, size]);
  if (types.kind === 'zero') {
    return types.count === 1 ? table : builder.operation('Gather', [table, builder.integers([0])]);
  }
  const ids = builder.input('token_type_ids', { dataType: 'int64', shape: ['batch', 'sequence'] });
  return builder.operation('Gather', [table, ids]);
}

function positionEmbeddings(context: EncoderContext, size: number, positions: PositionTable): string {
  const { builder, weights } = context;
  const table = weights.weight('embeddings.position_embeddings.weight', [positions.count, size]);
  if (positions.kind === 'first') {
    const length = builder.operation('Slice', [context.inputShape, builder.integers([1]), builder.integers([2])]);
    return builder.operation('Slice', [table, builder.integers([0]), length]);
  }
  const pad = builder.integer(positions.padTokenId);
  const isPadding = builder.operation('Equal', [context.inputIds, pad]);
  const counted = builder.operation('Cast', [builder.operation('Not', [isPadding])], { to: intAttribute(int64Code) });
  const running = builder.operation('CumSum', [counted, builder.integer(1)]);
  const ids = builder.operation('Add', [builder.operation('Mul', [running, counted]), pad]);
  return builder.operation('Gather', [table, ids]);
}
