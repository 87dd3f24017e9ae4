/** Logistic loss of `slope * score + offset` against soft targets, with gradient and Hessian. */
export interface PlattLoss {
  readonly value: number;
  readonly gradient: readonly [number, number];
  /** Second derivatives: slope-slope, slope-offset, offset-offset. */
  readonly hessian: readonly [number, number, number];
}

/** Sum over rows of t log(1 + e^z) + (1 - t) log(1 + e^-z), z = slope * score + offset, t the positive's target. */
export function plattLoss(scores: Float64Array, targets: Float64Array, slope: number, offset: number): PlattLoss {
  let value = 0;
  let bySlope = 0;
  let byOffset = 0;
  let slopeSlope = 0;
  let slopeOffset = 0;
  let offsetOffset = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    const z = slope * score + offset;
    const small = Math.exp(-Math.abs(z));
    // The probability of the positive class is 1 / (1 + e^z).
    const probability = (z >= 0 ? small : 1) / (1 + small);
    value += Math.log1p(small) + Math.max(z, 0) - (1 - targets[i]!) * z;
    const residual = targets[i]! - probability;
    const spread = probability * (1 - probability);
    bySlope += residual * score;
    byOffset += residual;
    slopeSlope += spread * score * score;
    slopeOffset += spread * score;
    offsetOffset += spread;
  }
  return { value, gradient: [bySlope, byOffset], hessian: [slopeSlope, slopeOffset, offsetOffset] };
}
