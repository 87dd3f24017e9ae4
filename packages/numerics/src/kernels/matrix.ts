/** Where the elements of a factor lie: element (outer, inner) is at `outer * outerStride + inner * innerStride`. */
export interface Strides {
  readonly outer: number;
  readonly inner: number;
}

/**
 * `out[m, n] += sum over c < k of a(i, c) * b(j, c)`: every product of row-major matrices, by the strides of its factors.
 * A 4 x 4 block of sums is kept in registers; `out` is row-major.
 */
function addProductStrided(
  a: Float64Array,
  aStrides: Strides,
  b: Float64Array,
  bStrides: Strides,
  out: Float64Array,
  m: number,
  k: number,
  n: number,
): void {
  const fullRows = m - (m % 4);
  const fullColumns = n - (n % 4);
  for (let j = 0; j < fullColumns; j += 4) {
    for (let i = 0; i < fullRows; i += 4) {
      addBlock(a, i * aStrides.outer, aStrides, b, j * bStrides.outer, bStrides, out, i * n + j, k, n);
    }
  }
  for (let i = 0; i < m; i += 1) {
    for (let j = i < fullRows ? fullColumns : 0; j < n; j += 1) {
      out[i * n + j]! += strideDot(a, i * aStrides.outer, aStrides.inner, b, j * bStrides.outer, bStrides.inner, k);
    }
  }
}

function strideDot(
  a: Float64Array,
  aStart: number,
  aInner: number,
  b: Float64Array,
  bStart: number,
  bInner: number,
  k: number,
): number {
  let sum0 = 0;
  let sum1 = 0;
  let p = aStart;
  let q = bStart;
  let c = 0;
  for (; c + 1 < k; c += 2) {
    sum0 += a[p]! * b[q]!;
    sum1 += a[p + aInner]! * b[q + bInner]!;
    p += 2 * aInner;
    q += 2 * bInner;
  }
  if (c < k) sum0 += a[p]! * b[q]!;
  return sum0 + sum1;
}

/** One 4 x 4 block. Spelled out, since only local variables stay in registers. */
function addBlock(
  a: Float64Array,
  aStart: number,
  aStrides: Strides,
  b: Float64Array,
  bStart: number,
  bStrides: Strides,
  out: Float64Array,
  outStart: number,
  k: number,
  n: number,
): void {
  const aOuter = aStrides.outer;
  const aInner = aStrides.inner;
  const bOuter = bStrides.outer;
  const bInner = bStrides.inner;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  let p = aStart;
  let q = bStart;
  for (let c = 0; c < k; c += 1) {
    const y0 = b[q]!;
    const y1 = b[q + bOuter]!;
    const y2 = b[q + 2 * bOuter]!;
    const y3 = b[q + 3 * bOuter]!;
    const x0 = a[p]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    const x1 = a[p + aOuter]!;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    const x2 = a[p + 2 * aOuter]!;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    const x3 = a[p + 3 * aOuter]!;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
    p += aInner;
    q += bInner;
  }
  addRow(out, outStart, s00, s01, s02, s03);
  addRow(out, outStart + n, s10, s11, s12, s13);
  addRow(out, outStart + 2 * n, s20, s21, s22, s23);
  addRow(out, outStart + 3 * n, s30, s31, s32, s33);
}

function addRow(out: Float64Array, start: number, s0: number, s1: number, s2: number, s3: number): void {
  out[start]! += s0;
  out[start + 1]! += s1;
  out[start + 2]! += s2;
  out[start + 3]! += s3;
}

/** `out[m, n] += a[m, k] * b[k, n]`, all row-major. */
export function addProduct(a: Float64Array, b: Float64Array, out: Float64Array, m: number, k: number, n: number): void {
  addProductStrided(a, { outer: k, inner: 1 }, b, { outer: 1, inner: n }, out, m, k, n);
}

/** `out[m, n] += a[m, k] * b[n, k]^T`, all row-major. */
export function addProductTransposedB(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  m: number,
  k: number,
  n: number,
): void {
  addProductStrided(a, { outer: k, inner: 1 }, b, { outer: k, inner: 1 }, out, m, k, n);
}

/** `out[m, n] += a[k, m]^T * b[k, n]`, all row-major. */
export function addProductTransposedA(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  m: number,
  k: number,
  n: number,
): void {
  addProductStrided(a, { outer: 1, inner: m }, b, { outer: 1, inner: n }, out, m, k, n);
}
