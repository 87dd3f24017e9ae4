import { PolyheadError } from '@polyhead/types';
import { createProductMemory, padTo4 } from './kernels/product-memory.ts';

/** The arrays that matrix products take. Sums are always kept in float64. */
export type FloatArray = Float32Array | Float64Array;

/** Sizes of a product `[rows, inner] x [inner, columns]`. */
export interface ProductSizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
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
const blockRows = 128;

/** Copies rows of `width` numbers to rows that are `stride` apart. */
function copyRows(
  source: FloatArray,
  width: number,
  { target, stride }: { target: Float64Array; stride: number },
): void {
  if (width === stride) {
    target.set(source);
    return;
  }
  for (let from = 0, to = 0; from < source.length; from += width, to += stride) {
    target.set(source.subarray(from, from + width), to);
  }
}

/** `A B` with `b` already padded to `[inner, padTo4(columns)]` by `fillB`. */
function multiplyBlocks(
  a: FloatArray,
  { rows, inner, columns }: ProductSizes,
  fillB: (b: Float64Array) => void,
): Float64Array {
  const stride = padTo4(columns);
  const block = padTo4(Math.min(rows, blockRows));
  const aAt = inner * stride;
  const outAt = aAt + block * inner;
  const memory = createProductMemory(outAt + block * stride);
  const { values } = memory;
  fillB(values.subarray(0, aAt));
  const out = new Float64Array(rows * columns);
  for (let start = 0; start < rows; start += block) {
    const count = Math.min(block, rows - start);
    values.set(a.subarray(start * inner, (start + count) * inner), aAt);
    values.fill(0, outAt);
    const left = { at: aAt, rowStride: inner, columnStride: 1 };
    memory.addProduct(left, { at: 0, stride }, { at: outAt, stride }, padTo4(count), inner, stride);
    for (let row = 0; row < count; row += 1) {
      const from = outAt + row * stride;
      out.set(values.subarray(from, from + columns), (start + row) * columns);
    }
  }
  return out;
}

/**
 * `A B`, row-major.
 * @param a `[rows, inner]`
 * @param b `[inner, columns]`
 * @returns `[rows, columns]`
 * @throws {PolyheadError} SHAPE_MISMATCH
 */
export function multiply(a: FloatArray, b: FloatArray, sizes: ProductSizes): Float64Array {
  assertLengths(a, b, sizes);
  return multiplyBlocks(a, sizes, (target) => {
    copyRows(b, sizes.columns, { target, stride: padTo4(sizes.columns) });
  });
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
  const { inner, columns } = sizes;
  const stride = padTo4(columns);
  return multiplyBlocks(a, sizes, (target) => {
    for (let column = 0; column < columns; column += 1) {
      for (let at = 0; at < inner; at += 1) target[at * stride + column] = b[column * inner + at] ?? 0;
    }
  });
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
  const aStride = padTo4(rows);
  const stride = padTo4(columns);
  const block = Math.min(inner, blockRows);
  const bAt = aStride * stride;
  const aAt = bAt + block * stride;
  const memory = createProductMemory(aAt + block * aStride);
  const { values } = memory;
  for (let start = 0; start < inner; start += block) {
    const count = Math.min(block, inner - start);
    const aRows = a.subarray(start * rows, (start + count) * rows);
    copyRows(aRows, rows, { target: values.subarray(aAt), stride: aStride });
    const bRows = b.subarray(start * columns, (start + count) * columns);
    copyRows(bRows, columns, { target: values.subarray(bAt, aAt), stride });
    const left = { at: aAt, rowStride: 1, columnStride: aStride };
    memory.addProduct(left, { at: bAt, stride }, { at: 0, stride }, aStride, count, stride);
  }
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row += 1) out.set(values.subarray(row * stride, row * stride + columns), row * columns);
  return out;
}
