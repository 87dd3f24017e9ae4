/** `[rows, 2]` of (1 - p, p). */
export function binaryProbabilityRows(probabilities: ArrayLike<number>): Float64Array {
  const rows = new Float64Array(2 * probabilities.length);
  for (let i = 0; i < probabilities.length; i++) {
    rows[2 * i] = 1 - probabilities[i]!;
    rows[2 * i + 1] = probabilities[i]!;
  }
  return rows;
}

/** `[rows, 2]` of (0, logit): the softmax of a row is the sigmoid of the logit. */
export function binaryLogitRows(logits: ArrayLike<number>): Float64Array {
  const rows = new Float64Array(2 * logits.length);
  for (let i = 0; i < logits.length; i++) rows[2 * i + 1] = logits[i]!;
  return rows;
}
