/** Sum of squares in float64. */
export function sumOfSquares(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/** Multiplies every element by `factor`. */
export function scaleFloat32(values: Float32Array, factor: number): void {
  for (let index = 0; index < values.length; index += 1) values[index]! *= factor;
}
