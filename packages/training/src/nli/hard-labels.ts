import { nearestWrongLabels, type DrawTextsInput } from '@polyhead/data';
import type { Encoder, LongOperationOptions, Matrix } from '@polyhead/types';
import { encodeDistinctTexts } from '../data/text-embeddings.ts';

/** Texts, their labels and what labels are said in. */
export type LabelledHypotheses = DrawTextsInput;

/** Sentences of a label that stand for it; more hardly move their mean. */
const sentencesPerLabel = 8;

/**
 * For each text the wrong labels that a sentence encoder finds most like it: by the cosine of the text with the mean of the
 * label's sentences.
 * @throws {PolyheadError} ABORTED, SESSION_RELEASED
 */
export async function findNearestLabels(
  encoder: Encoder,
  { texts, labelsOfText, hypotheses }: LabelledHypotheses,
  { among, signal, onProgress }: LongOperationOptions & { readonly among: number },
): Promise<Int32Array[]> {
  const sentences = hypotheses.map((list) => list.slice(0, sentencesPerLabel));
  const embeddings = await encodeDistinctTexts(encoder, [texts, ...sentences], { signal, onProgress });
  const labels = sentences.map((list) => meanDirection(toUnitRows(embeddings.select(list))));
  const [first = new Float32Array(0)] = labels;
  const columns = first.length;
  const data = new Float32Array(labels.length * columns);
  labels.forEach((label, row) => data.set(label, row * columns));
  return nearestWrongLabels({
    texts: toUnitRows(embeddings.select(texts)),
    labels: { data, rows: labels.length, columns },
    labelsOfText,
    among,
  });
}

function toUnitRows(matrix: Matrix): Matrix {
  const data = matrix.data.slice();
  for (let row = 0; row < matrix.rows; row += 1) {
    scaleToUnit(data.subarray(row * matrix.columns, (row + 1) * matrix.columns));
  }
  return { ...matrix, data };
}

function meanDirection({ data, rows, columns }: Matrix): Float32Array {
  const sum = new Float32Array(columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      sum[column] = (sum[column] ?? 0) + (data[row * columns + column] ?? 0);
    }
  }
  scaleToUnit(sum);
  return sum;
}

function scaleToUnit(vector: Float32Array): void {
  const length = Math.hypot(...vector);
  if (length === 0) return;
  vector.forEach((value, column) => (vector[column] = value / length));
}
