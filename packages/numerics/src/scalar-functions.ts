/** 1 / (1 + exp(-x)), without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const exponential = Math.exp(x);
  return exponential / (1 + exponential);
}

/** log(1 + exp(x)), without overflow: the logistic loss of a margin -x. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** log(sum(exp(values))), without overflow; -Infinity for no values. */
export function logSumExp(values: Iterable<number>): number {
  const list = Float64Array.from(values);
  let maximum = -Infinity;
  for (const value of list) maximum = Math.max(maximum, value);
  if (!Number.isFinite(maximum)) return maximum;
  let sum = 0;
  for (const value of list) sum += Math.exp(value - maximum);
  return maximum + Math.log(sum);
}
