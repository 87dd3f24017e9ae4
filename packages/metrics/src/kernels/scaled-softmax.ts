/** Loss of scaled logits and its derivatives by the scale, all means over rows. */
export interface ScaledLoss {
  readonly value: number;
  readonly slope: number;
  readonly curvature: number;
}

/**
 * Mean of -log softmax(scale * logits)[truth], with first and second derivative by `scale`.
 * @param doubt share of each row that counts as if not its class but the greatest of the others was true
 */
export function scaledSoftmaxLoss(
  logits: ArrayLike<number>,
  truth: ArrayLike<number>,
  columns: number,
  scale: number,
  doubt: number,
): ScaledLoss {
  const rows = truth.length;
  let value = 0;
  let slope = 0;
  let curvature = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const label = truth[row]!;
    let other = -Infinity;
    for (let column = 0; column < columns; column++) {
      if (column !== label) other = Math.max(other, logits[start + column]!);
    }
    const right = logits[start + label]!;
    const top = Math.max(right, other);
    const own = doubt === 0 ? right : (1 - doubt) * right + doubt * other;
    let sum = 0;
    let first = 0;
    let second = 0;
    // Distances from the greatest logit keep the exponentials in range.
    for (let column = 0; column < columns; column++) {
      const distance = logits[start + column]! - top;
      const weight = Math.exp(scale * distance);
      sum += weight;
      first += weight * distance;
      second += weight * distance * distance;
    }
    value += Math.log(sum) - scale * (own - top);
    slope += first / sum - (own - top);
    curvature += second / sum - (first / sum) * (first / sum);
  }
  return { value: value / rows, slope: slope / rows, curvature: curvature / rows };
}
