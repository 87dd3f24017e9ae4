import { PolyheadError, type Matrix } from '@polyhead/types';

/** What is compared to find labels that are easily taken for right. */
export interface NearestWrongLabelsInput {
  /** `[texts, dimension]`, each row of length 1. */
  readonly texts: Matrix;
  /** `[labels, dimension]`, each row of length 1. */
  readonly labels: Matrix;
  /** For each text: places of the labels that it has. */
  readonly labelsOfText: readonly (readonly number[])[];
  /** How many labels to find for each text. */
  readonly among: number;
}

/**
 * For each text the labels that it does not have and that are nearest to it by cosine, nearest first.
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function nearestWrongLabels({ texts, labels, labelsOfText, among }: NearestWrongLabelsInput): Int32Array[] {
  if (texts.columns !== labels.columns || texts.rows !== labelsOfText.length) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `Embeddings of ${texts.rows} texts [${texts.columns}] and of labels [${labels.columns}] do not fit ${labelsOfText.length} texts.`,
    });
  }
  const { columns } = labels;
  const similarities = new Float32Array(labels.rows);
  return labelsOfText.map((right, text) => {
    const row = texts.data.subarray(text * columns, (text + 1) * columns);
    for (let label = 0; label < labels.rows; label += 1) {
      let sum = 0;
      const start = label * columns;
      for (let column = 0; column < columns; column += 1) {
        sum += (row[column] ?? 0) * (labels.data[start + column] ?? 0);
      }
      similarities[label] = sum;
    }
    const wrong = Array.from(similarities.keys()).filter((label) => !right.includes(label));
    wrong.sort((first, second) => (similarities[second] ?? 0) - (similarities[first] ?? 0));
    return Int32Array.from(wrong.slice(0, among));
  });
}
