import type { TokenRow } from './messages.ts';

/** The distinct tokens of a micro-batch, and for every place which of them stands there. */
export interface WordRows {
  /** Distinct token ids in the order of their first use. */
  readonly ids: Int32Array;
  /** int64 `[rows, length]`: places in `ids`. */
  readonly places: BigInt64Array;
}

/** Finds the rows of the table of word embeddings that a micro-batch needs. Padding takes the padding token's row. */
export function findWordRows(rows: readonly TokenRow[], length: number, padId: number): WordRows {
  const numbers = new Map<number, number>();
  const places = new BigInt64Array(rows.length * length);
  // Typed arrays are little-endian wherever Node runs, and small numbers fit the low half.
  const halves = new Int32Array(places.buffer);
  rows.forEach((row, index) => {
    for (let column = 0; column < length; column++) {
      const id = row.ids[column] ?? padId;
      let number = numbers.get(id);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(id, number);
      }
      halves[2 * (index * length + column)] = number;
    }
  });
  return { ids: Int32Array.from(numbers.keys()), places };
}

/** Copies rows out of a table `[vocabulary, dimension]`. */
export function gatherRows(table: Float32Array, ids: Int32Array, dimension: number): Float32Array<ArrayBuffer> {
  const gathered = new Float32Array(ids.length * dimension);
  ids.forEach((id, row) => {
    gathered.set(table.subarray(id * dimension, (id + 1) * dimension), row * dimension);
  });
  return gathered;
}
