import type { Encoding, Matrix } from '@polyhead/types';
import type { TokenizedTexts } from './tokenize-texts.ts';

function countContentTokens(encoding: Encoding): number {
  return encoding.specialTokensMask.reduce((count, isSpecial) => count + (isSpecial === 0 ? 1 : 0), 0);
}

/**
 * One embedding a text from one embedding a row. A text with several windows gets the mean of theirs, each weighted by
 * the number of tokens in it that the tokenizer did not add.
 * @param embeddings `[rows, dimension]`, not normalised
 * @returns `[texts, dimension]`, not normalised
 */
export function poolWindows(embeddings: Float32Array, tokenized: TokenizedTexts, dimension: number): Float32Array {
  const { rows, firstRows } = tokenized;
  const texts = firstRows.length - 1;
  if (rows.length === texts) return embeddings;
  const pooled = new Float32Array(texts * dimension);
  for (let text = 0; text < texts; text++) {
    const first = firstRows[text] ?? 0;
    const windows = rows.slice(first, firstRows[text + 1]);
    const weights = windows.length === 1 ? [1] : windows.map(countContentTokens);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let column = 0; column < dimension; column++) {
      const sum = weights.reduce(
        (value, weight, window) => value + weight * (embeddings[(first + window) * dimension + column] ?? 0),
        0,
      );
      pooled[text * dimension + column] = sum / total;
    }
  }
  return pooled;
}

/**
 * Divides every row by its Euclidean length, in place. Rows of zeros stay as they are.
 * The length is at least 1e-12, as in torch.nn.functional.normalize.
 */
export function normalizeRows({ data, rows, columns }: Matrix): void {
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    let squares = 0;
    for (const value of values) squares += value * value;
    const length = Math.max(Math.sqrt(squares), 1e-12);
    for (let column = 0; column < columns; column++) values[column] = (values[column] ?? 0) / length;
  }
}
