import { intAttribute, intsAttribute } from '../model/attributes.ts';
import { attentionSite, joinHeads, splitHeads, type AttentionDropout, type HeadLayout } from './attention.ts';
import type { EncoderContext } from './encoder-context.ts';
import { selectQueries, type TokenSelection } from './token-selection.ts';
import { lookUpDistances, relativeDistances, tokenPositions } from './relative-distance.ts';

/** What all layers share: the rows of the table of relative positions that this length needs, and who looks at which. */
export interface RelativePositions {
  /** `[rows, hidden]` */
  readonly states: string;
  /** int64 `[sequence, sequence]`: index of (query i, row) in a flattened `[sequence, rows]`, for query i and key j. */
  readonly byQuery: string;
  /** The same for (key j, row). */
  readonly byKey: string;
  /** Cuts a table of all rows to those of `states`. */
  readonly sliceRows: (table: string) => string;
}

/** The buckets of a table of relative positions. */
export interface RelativePositionOptions {
  /** `[2 * span, hidden]`; row `span + bucket` belongs to a bucket. */
  readonly table: string;
  readonly span: number;
  /** Distances beyond count as this one. */
  readonly furthest: number;
  /** The bucket of a distance; odd and increasing. */
  readonly bucket: (distance: number) => number;
  /** Brings the rows in use into the form that layers take. */
  readonly normalize: (rows: string) => string;
}

/**
 * Prepares the relative positions for the length at hand. Only rows that occur are kept: a text of 32 tokens needs 63 rows of
 * the 512 that DeBERTa-v3 has, and the products with them are a large part of its work.
 */
export function relativePositions(context: EncoderContext, options: RelativePositionOptions): RelativePositions {
  const { builder } = context;
  const { span } = options;
  const distances = relativeDistances(context);
  const buckets = lookUpDistances(context, distances, {
    name: 'position_buckets',
    furthest: options.furthest,
    value: (distance) => Math.max(-span, Math.min(span - 1, options.bucket(distance))),
  });
  const flat = builder.operation('Reshape', [buckets, builder.integers([-1])]);
  const lowest = builder.operation('ReduceMin', [flat, builder.integers([0])], { keepdims: intAttribute(1) });
  const start = builder.operation('Add', [lowest, builder.integers([span])]);
  const end = builder.operation('Sub', [builder.integers([span + 1]), lowest]);
  const sliceRows = (table: string): string => builder.operation('Slice', [table, start, end, builder.integers([0])]);
  const states = options.normalize(sliceRows(options.table));

  const rows = builder.operation('Sub', [buckets, lowest]);
  const rowCount = builder.operation('Slice', [
    builder.operation('Shape', [states]),
    builder.integers([0]),
    builder.integers([1]),
  ]);
  const positions = tokenPositions(context);
  const queries = builder.operation('Unsqueeze', [positions, builder.integers([1])]);
  const keys = builder.operation('Unsqueeze', [positions, builder.integers([0])]);
  const indexBy = (ends: string): string =>
    builder.operation('Add', [builder.operation('Mul', [ends, rowCount]), rows]);
  return { states, byQuery: indexBy(queries), byKey: indexBy(keys), sliceRows };
}

/** Inputs of disentangled attention. */
export interface DisentangledInputs extends HeadLayout {
  /** `[tokens, headCount * headSize]`; `[batch, headCount * headSize]` of first tokens. */
  readonly query: string;
  /** `[tokens, headCount * headSize]` each. */
  readonly key: string;
  readonly value: string;
  /** `[rows, headCount * headSize]`; undefined if this kind of attention is off. */
  readonly positionKey: string | undefined;
  readonly positionQuery: string | undefined;
  readonly positions: RelativePositions;
  /** See {@link attentionBias}. */
  readonly bias: string;
  readonly dropout: AttentionDropout;
  /** Whose queries there are. */
  readonly tokens: TokenSelection;
}

/**
 * Disentangled attention (He et al. 2021): content to content, content to position and position to content, added and divided
 * by the square root of their number times the head size. In the shape of the query.
 */
export function disentangledAttention(context: EncoderContext, inputs: DisentangledInputs): string {
  const { builder } = context;
  const { positionKey, positionQuery, positions, tokens } = inputs;
  const kinds = 1 + (positionKey === undefined ? 0 : 1) + (positionQuery === undefined ? 0 : 1);
  const scale = builder.scalar(1 / Math.sqrt(inputs.headSize * kinds));
  const order = [0, 2, 1, 3];
  const query = splitHeads(context, builder.operation('Mul', [inputs.query, scale]), { ...inputs, order });
  const key = splitHeads(context, inputs.key, { ...inputs, tokens: 'all', order });
  const value = splitHeads(context, inputs.value, { ...inputs, tokens: 'all', order });
  const turnedKey = builder.operation('Transpose', [key], { perm: intsAttribute([0, 1, 3, 2]) });
  let scores = builder.operation('Add', [builder.operation('MatMul', [query, turnedKey]), inputs.bias]);
  if (positionKey !== undefined) {
    scores = builder.operation('Add', [
      scores,
      positionScores(context, {
        ...inputs,
        states: query,
        rows: positionKey,
        index: selectQueries(context, positions.byQuery, { tokens, axis: 0 }),
      }),
    ]);
  }
  if (positionQuery !== undefined) {
    const scaled = builder.operation('Mul', [positionQuery, scale]);
    scores = builder.operation('Add', [
      scores,
      positionScores(context, {
        ...inputs,
        states: key,
        rows: scaled,
        index: selectQueries(context, positions.byKey, { tokens, axis: 0 }),
      }),
    ]);
  }
  const shares = builder.operation('Softmax', [scores], { axis: intAttribute(-1) });
  const kept = context.dropout.apply(shares, attentionSite(inputs, inputs.dropout));
  return joinHeads(context, builder.operation('MatMul', [kept, value]), inputs);
}

/** Products of every token with every row of the table, then the one that belongs to each pair: `[batch, heads, queries, sequence]`. */
function positionScores(
  { builder }: EncoderContext,
  options: HeadLayout & { readonly states: string; readonly rows: string; readonly index: string },
): string {
  const split = builder.operation('Reshape', [
    options.rows,
    builder.integers([-1, options.headCount, options.headSize]),
  ]);
  const turned = builder.operation('Transpose', [split], { perm: intsAttribute([1, 2, 0]) });
  const products = builder.operation('MatMul', [options.states, turned]);
  const flat = builder.operation('Reshape', [products, builder.integers([0, 0, -1])]);
  return builder.operation('Gather', [flat, options.index], { axis: intAttribute(2) });
}
