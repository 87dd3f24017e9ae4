import type { Encoding, Tensor } from '@polyhead/types';
import type { NamedTensors } from '@polyhead/runtime';

/**
 * A `[rows, length]` int64 tensor from rows of small non-negative numbers, padded on the right. Writes 32-bit halves
 * (typed arrays are little-endian on every platform that Node runs on), since BigInt conversions are slow.
 */
function toInt64Tensor(rows: readonly ArrayLike<number>[], length: number, padding: number): Tensor {
  const data = new BigInt64Array(rows.length * length);
  const halves = new Int32Array(data.buffer);
  rows.forEach((row, index) => {
    const start = index * length;
    for (let column = 0; column < length; column++) halves[2 * (start + column)] = row[column] ?? padding;
  });
  return { dataType: 'int64', shape: [rows.length, length], data };
}

/** What the graph of an encoder is fed with for one batch. */
export function createTokenFeeds(
  encodings: readonly Pick<Encoding, 'ids' | 'typeIds'>[],
  { padId, usesTypeIds }: { readonly padId: number; readonly usesTypeIds: boolean },
): NamedTensors {
  const ids = encodings.map((encoding) => encoding.ids);
  const length = ids.reduce((longest, row) => Math.max(longest, row.length), 0);
  const mask = ids.map((row) => new Uint8Array(row.length).fill(1));
  return {
    input_ids: toInt64Tensor(ids, length, padId),
    attention_mask: toInt64Tensor(mask, length, 0),
    ...(usesTypeIds
      ? {
          token_type_ids: toInt64Tensor(
            encodings.map((encoding) => encoding.typeIds),
            length,
            0,
          ),
        }
      : {}),
  };
}
