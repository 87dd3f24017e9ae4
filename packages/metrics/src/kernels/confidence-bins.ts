/** Index of the bin (k / bins, (k + 1) / bins] that holds the value; the first bin includes 0. */
function binOf(value: number, bins: number): number {
  let bin = Math.min(Math.max(Math.ceil(value * bins) - 1, 0), bins - 1);
  // The product above is rounded; the edges are compared as they are written.
  if (bin > 0 && value <= bin / bins) bin--;
  else if (bin < bins - 1 && value > (bin + 1) / bins) bin++;
  return bin;
}

/** Per bin: rows, sum of confidence and number of correct rows. */
export function binByConfidence(
  confidence: ArrayLike<number>,
  correct: ArrayLike<number>,
  bins: number,
): { rows: Float64Array; confidenceSums: Float64Array; correctSums: Float64Array } {
  const rows = new Float64Array(bins);
  const confidenceSums = new Float64Array(bins);
  const correctSums = new Float64Array(bins);
  for (let i = 0; i < confidence.length; i++) {
    const bin = binOf(confidence[i]!, bins);
    rows[bin]!++;
    confidenceSums[bin]! += confidence[i]!;
    correctSums[bin]! += correct[i]!;
  }
  return { rows, confidenceSums, correctSums };
}
