import type { NamedTensors } from '@polyhead/runtime';
import type { Tensor } from '@polyhead/types';
import { createTokenFeeds } from '../../encoding/token-feeds.ts';
import type { BatchSizes } from '../shape-formula.ts';
import type { TokenRow } from './messages.ts';
import { findWordRows, gatherRows } from './word-rows.ts';

/** A micro-batch as graphs take it. */
export interface MicroBatchFeeds {
  readonly sizes: BatchSizes;
  /** The distinct token ids, whose rows of the table are fed. */
  readonly ids: Int32Array;
  /** Tokens, mask, places of words, and the table's rows, by input name. */
  readonly tensors: NamedTensors;
}

/** What feeds are made with. */
export interface MicroBatchFeedOptions {
  readonly padId: number;
  /** Undefined if the graphs take no rows of a table. */
  readonly table: WordRowSource | undefined;
}

/** The table of word embeddings and the graph inputs that it feeds. */
export interface WordRowSource {
  /** The graph input for the rows in use. */
  readonly name: string;
  /** The graph input for the place of each token among these rows. */
  readonly wordRowsName: string;
  readonly width: number;
  /** `[vocabulary, width]` */
  readonly values: Float32Array;
}

/** Pads rows to the longest, and takes the rows of the word table that occur. */
export function createMicroBatchFeeds(
  rows: readonly TokenRow[],
  { padId, table }: MicroBatchFeedOptions,
): MicroBatchFeeds {
  const sequence = rows.reduce((longest, row) => Math.max(longest, row.ids.length), 1);
  const tokens = createTokenFeeds(rows, { padId, usesTypeIds: true });
  const { ids, places } = findWordRows(rows, sequence, padId);
  const sizes = { batch: rows.length, sequence, wordRows: ids.length };
  if (table === undefined) return { sizes, ids, tensors: tokens };
  const { name, wordRowsName, width, values } = table;
  return {
    sizes,
    ids,
    tensors: {
      ...tokens,
      [wordRowsName]: { dataType: 'int64', shape: [rows.length, sequence], data: places },
      [name]: { dataType: 'float32', shape: [ids.length, width], data: gatherRows(values, ids, width) },
    },
  };
}

/** The tensors that a session or graph has inputs for, looked for in several places; the first that has one counts. */
export function selectInputs(
  inputs: readonly { readonly name: string }[],
  sources: readonly NamedTensors[],
): NamedTensors {
  const selected: Record<string, Tensor> = {};
  for (const { name } of inputs) {
    const tensor = sources.find((source) => source[name] !== undefined)?.[name];
    if (tensor !== undefined) selected[name] = tensor;
  }
  return selected;
}
