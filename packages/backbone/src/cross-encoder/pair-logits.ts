import type { PairLogits } from '@polyhead/types';
import type { TokenizedPair } from './pair-tokenizer.ts';

/** Puts the logits of some pairs after those of others. */
export interface LogitsCollector {
  /** @param logits `[rows of these pairs, labels]` */
  add(pairs: readonly TokenizedPair[], logits: Float32Array): void;
  finish(): PairLogits;
}

/** Collects the logits of so many pairs. */
export function createLogitsCollector(pairCount: number, columns: number): LogitsCollector {
  const pieces: Float32Array[] = [];
  const firstRows = new Int32Array(pairCount + 1);
  const truncated = new Uint8Array(pairCount);
  const tokenCounts = new Int32Array(pairCount);
  let done = 0;
  return {
    add(pairs, logits) {
      pieces.push(logits);
      for (const pair of pairs) {
        firstRows[done + 1] = (firstRows[done] ?? 0) + pair.rows.length;
        truncated[done] = pair.truncated ? 1 : 0;
        tokenCounts[done] = pair.tokenCount;
        done++;
      }
    },
    finish() {
      const rows = firstRows[done] ?? 0;
      return { data: concatenate(pieces, rows * columns), rows, columns, firstRows, truncated, tokenCounts };
    },
  };
}

function concatenate(pieces: readonly Float32Array[], length: number): Float32Array {
  const data = new Float32Array(length);
  let at = 0;
  for (const piece of pieces) {
    data.set(piece, at);
    at += piece.length;
  }
  return data;
}

/** The logits of the pairs at these places, in their order; a place may occur several times. */
export function repeatPairs(logits: PairLogits, places: Int32Array): PairLogits {
  const { columns, firstRows: sources, data } = logits;
  if (places.length === sources.length - 1) return logits;
  const firstRows = new Int32Array(places.length + 1);
  const pieces = Array.from(places, (place, index) => {
    const start = sources[place] ?? 0;
    const end = sources[place + 1] ?? 0;
    firstRows[index + 1] = (firstRows[index] ?? 0) + end - start;
    return data.subarray(start * columns, end * columns);
  });
  const rows = firstRows[places.length] ?? 0;
  return {
    data: concatenate(pieces, rows * columns),
    rows,
    columns,
    firstRows,
    truncated: Uint8Array.from(places, (place) => logits.truncated[place] ?? 0),
    tokenCounts: Int32Array.from(places, (place) => logits.tokenCounts[place] ?? 0),
  };
}
