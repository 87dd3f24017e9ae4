/** Sum of the values. */
export function sumOf(values: ArrayLike<number>): number {
  const { length } = values;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i]!;
  return sum;
}

/** Mean of the values, weighted if weights are given; NaN if there are none or the weights sum to 0. */
export function meanOf(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  if (weights === undefined) return sumOf(values) / values.length;
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weights[i]! * values[i]!;
    total += weights[i]!;
  }
  return sum / total;
}

/** As `meanOf`; the plain mean if the weights sum to 0. */
export function meanOrPlainMean(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  if (weights === undefined || sumOf(weights) === 0) return meanOf(values);
  return meanOf(values, weights);
}

/** `numerator[i] / denominator[i]`, or `zeroDivision` where the denominator is 0. */
export function divideAll(numerator: Float64Array, denominator: Float64Array, zeroDivision: number): Float64Array {
  return numerator.map((value, i) => (denominator[i] === 0 ? zeroDivision : value / denominator[i]!));
}

/** `a + b`, element by element. */
export function addAll(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]!);
}

/** The values at these positions. */
export function selectAll(values: Float64Array, positions: ArrayLike<number>): Float64Array {
  return Float64Array.from(positions, (position) => values[position]!);
}
