/** Elements of flat arrays, from `from` up to but without `to`. */
export interface ElementRange {
  readonly from: number;
  readonly to: number;
}

/** Multiplies some elements by a factor. Numbers too small for full precision become 0. */
export function scaleRange(values: Float32Array, factor: number, { from, to }: ElementRange): void {
  if (factor === 1) return;
  for (let index = from; index < to; index += 1) {
    const product = values[index]! * factor;
    values[index] = product < 1e-37 && product > -1e-37 ? 0 : product;
  }
}

/** True if all of some elements are 0. */
export function isZeroRange(values: Float32Array, { from, to }: ElementRange): boolean {
  for (let index = from; index < to; index += 1) if (values[index] !== 0) return false;
  return true;
}

/**
 * Multiplies pairs of elements by a matrix of 2 rows and 2 columns, in row-major order.
 * @param second may be missing: then it counts as 0
 */
export function multiplyPairs(
  first: Float32Array,
  second: Float32Array | undefined,
  matrix: readonly [number, number, number, number],
  { from, to }: ElementRange,
): void {
  const [m00, m01, m10, m11] = matrix;
  if (second === undefined) {
    scaleRange(first, m00, { from, to });
    return;
  }
  for (let index = from; index < to; index += 1) {
    const a = first[index]!;
    const b = second[index]!;
    first[index] = m00 * a + m01 * b;
    second[index] = m10 * a + m11 * b;
  }
}
