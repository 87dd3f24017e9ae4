import { multiplyTransposedB } from '@polyhead/numerics';
import type { Matrix, PairBatch } from '@polyhead/types';
import { selectMatrixRows } from '../data/select-matrix-rows.ts';
import type { ContrastiveSource } from '../setfit/sources/contrastive-source.ts';

/** What a student is taught on. */
export interface TeacherSourceInput {
  readonly texts: readonly string[];
  /** `[texts, dimension]`: the teacher's embeddings. */
  readonly embeddings: Matrix;
  readonly batchSize: number;
}

/**
 * Batches of distinct texts in random order, all pairs of which have the cosine of their teacher's embeddings as target: the
 * student shall find texts as alike as the teacher does, in a space of its own that may have another width.
 */
export function createTeacherSource({ texts, embeddings, batchSize }: TeacherSourceInput): ContrastiveSource<'pairs'> {
  const unit = toUnitRows(embeddings);
  return {
    texts,
    batchesOf(_epoch, random) {
      const order = random.shuffle(Int32Array.from(texts.keys()));
      const count = Math.ceil(order.length / batchSize);
      const batches = Array.from({ length: count }, (_, batch) =>
        order.slice(batch * batchSize, (batch + 1) * batchSize),
      );
      // A text alone has nothing to be compared with.
      return batches.filter((rows) => rows.length > 1);
    },
    toBatch: (rows) => comparePairs(rows, unit),
  };
}

/** All pairs of a batch. @param unit `[texts, dimension]`, rows of length 1 */
function comparePairs(rows: Int32Array, unit: Matrix): PairBatch {
  const size = rows.length;
  const chosen = selectMatrixRows(unit, rows);
  const cosines = multiplyTransposedB(chosen.data, chosen.data, { rows: size, inner: unit.columns, columns: size });
  const first: number[] = [];
  const second: number[] = [];
  const targets: number[] = [];
  for (let left = 0; left < size; left += 1) {
    for (let right = left + 1; right < size; right += 1) {
      first.push(left);
      second.push(right);
      targets.push(cosines[left * size + right] ?? 0);
    }
  }
  return { first: Int32Array.from(first), second: Int32Array.from(second), targets: Float32Array.from(targets) };
}

function toUnitRows({ data, rows, columns }: Matrix): Matrix {
  const unit = new Float32Array(data.length);
  for (let row = 0; row < rows; row += 1) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    const length = Math.hypot(...values);
    // A teacher that has nothing to say of a text finds it unlike all others.
    unit.set(length === 0 ? values : values.map((value) => value / length), row * columns);
  }
  return { data: unit, rows, columns };
}
