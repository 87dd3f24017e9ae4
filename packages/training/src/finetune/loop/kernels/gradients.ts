/* eslint-disable @typescript-eslint/prefer-for-of -- on a typed array an index is several times as fast as an iterator */
/** Sum of squares in float64. */
export function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index]! * values[index]!;
  return sum;
}

/** Multiplies every element by `factor`. */
export function scaleInPlace(values: Float32Array, factor: number): void {
  for (let index = 0; index < values.length; index += 1) values[index]! *= factor;
}
