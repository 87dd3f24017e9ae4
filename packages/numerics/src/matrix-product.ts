import { PolyheadError } from '@polyhead/types';
import { addProduct, addProductTransposedA, addProductTransposedB } from './kernels/matrix.ts';

/** The arrays that matrix products take and give. Sums are always kept in float64. */
export type FloatArray = Float32Array | Float64Array;

/** Sizes of a product `[rows, inner] x [inner, columns]`. */
export interface ProductSizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

function toFloat64(values: FloatArray): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

function assertLengths(a: FloatArray, b: FloatArray, { rows, inner, columns }: ProductSizes): void {
  if (a.length === rows * inner && b.length === inner * columns) return;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `A product of ${rows} x ${inner} by ${inner} x ${columns} was given ${a.length} and ${b.length} elements.`,
    remedy: `Pass ${rows * inner} and ${inner * columns} elements.`,
    details: { rows, inner, columns },
  });
}

/** Rows that are converted to float64 together, so that a large float32 matrix is never copied as a whole. */
const blockRows = 256;

/**
 * `A B`, row-major.
 * @param a `[rows, inner]`
 * @param b `[inner, columns]`
 * @returns `[rows, columns]`
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function multiply(a: FloatArray, b: FloatArray, sizes: ProductSizes): Float64Array {
  assertLengths(a, b, sizes);
  const { rows, inner, columns } = sizes;
  const out = new Float64Array(rows * columns);
  const right = toFloat64(b);
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    const left = toFloat64(a.subarray(start * inner, end * inner));
    addProduct(left, right, out.subarray(start * columns, end * columns), end - start, inner, columns);
  }
  return out;
}

/**
 * `A B^T`, row-major: every row of `a` with every row of `b`.
 * @param a `[rows, inner]`
 * @param b `[columns, inner]`
 * @returns `[rows, columns]`
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function multiplyTransposedB(a: FloatArray, b: FloatArray, sizes: ProductSizes): Float64Array {
  assertLengths(a, b, sizes);
  const { rows, inner, columns } = sizes;
  const out = new Float64Array(rows * columns);
  const right = toFloat64(b);
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    const left = toFloat64(a.subarray(start * inner, end * inner));
    addProductTransposedB(left, right, out.subarray(start * columns, end * columns), end - start, inner, columns);
  }
  return out;
}

/**
 * `A^T B`, row-major: sums over the rows that both share.
 * @param a `[inner, rows]`
 * @param b `[inner, columns]`
 * @returns `[rows, columns]`
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function multiplyTransposedA(a: FloatArray, b: FloatArray, sizes: ProductSizes): Float64Array {
  assertLengths(a, b, sizes);
  const { rows, inner, columns } = sizes;
  const out = new Float64Array(rows * columns);
  for (let start = 0; start < inner; start += blockRows) {
    const end = Math.min(inner, start + blockRows);
    const left = toFloat64(a.subarray(start * rows, end * rows));
    const right = toFloat64(b.subarray(start * columns, end * columns));
    addProductTransposedA(left, right, out, rows, end - start, columns);
  }
  return out;
}
