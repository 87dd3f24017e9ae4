/**
 * Products of row-major float64 matrices, with a 4 x 4 block of sums kept in registers.
 * Every function adds to `out`.
 */

/** `out[m, n] += a[m, k] * b[n, k]^T`. */
export function addProductTransposedB(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  m: number,
  k: number,
  n: number,
): void {
  const fullRows = m - (m % 4);
  const fullColumns = n - (n % 4);
  for (let i = 0; i < fullRows; i += 4) {
    for (let j = 0; j < fullColumns; j += 4) dotBlock(a, b, out, k, n, i, j);
  }
  for (let i = 0; i < m; i += 1) {
    for (let j = i < fullRows ? fullColumns : 0; j < n; j += 1) {
      let sum = 0;
      for (let c = 0; c < k; c += 1) sum += a[i * k + c]! * b[j * k + c]!;
      out[i * n + j]! += sum;
    }
  }
}

function dotBlock(a: Float64Array, b: Float64Array, out: Float64Array, k: number, n: number, i: number, j: number) {
  const a0 = i * k;
  const a1 = a0 + k;
  const a2 = a1 + k;
  const a3 = a2 + k;
  const b0 = j * k;
  const b1 = b0 + k;
  const b2 = b1 + k;
  const b3 = b2 + k;
  let s00 = 0,
    s01 = 0,
    s02 = 0,
    s03 = 0,
    s10 = 0,
    s11 = 0,
    s12 = 0,
    s13 = 0;
  let s20 = 0,
    s21 = 0,
    s22 = 0,
    s23 = 0,
    s30 = 0,
    s31 = 0,
    s32 = 0,
    s33 = 0;
  for (let c = 0; c < k; c += 1) {
    const y0 = b[b0 + c]!;
    const y1 = b[b1 + c]!;
    const y2 = b[b2 + c]!;
    const y3 = b[b3 + c]!;
    const x0 = a[a0 + c]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    const x1 = a[a1 + c]!;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    const x2 = a[a2 + c]!;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    const x3 = a[a3 + c]!;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  let o = i * n + j;
  out[o]! += s00;
  out[o + 1]! += s01;
  out[o + 2]! += s02;
  out[o + 3]! += s03;
  o += n;
  out[o]! += s10;
  out[o + 1]! += s11;
  out[o + 2]! += s12;
  out[o + 3]! += s13;
  o += n;
  out[o]! += s20;
  out[o + 1]! += s21;
  out[o + 2]! += s22;
  out[o + 3]! += s23;
  o += n;
  out[o]! += s30;
  out[o + 1]! += s31;
  out[o + 2]! += s32;
  out[o + 3]! += s33;
}

/** `out[m, n] += a[k, m]^T * b[k, n]`. Four rows of `a` and `b` at a time. */
export function addProductTransposedA(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  m: number,
  k: number,
  n: number,
): void {
  const fullRows = k - (k % 4);
  for (let r = 0; r < fullRows; r += 4) {
    const b0 = r * n;
    const b1 = b0 + n;
    const b2 = b1 + n;
    const b3 = b2 + n;
    for (let i = 0; i < m; i += 1) {
      const f0 = a[r * m + i]!;
      const f1 = a[r * m + m + i]!;
      const f2 = a[r * m + 2 * m + i]!;
      const f3 = a[r * m + 3 * m + i]!;
      if (f0 === 0 && f1 === 0 && f2 === 0 && f3 === 0) continue;
      const o = i * n;
      for (let j = 0; j < n; j += 1) {
        out[o + j]! += f0 * b[b0 + j]! + f1 * b[b1 + j]! + (f2 * b[b2 + j]! + f3 * b[b3 + j]!);
      }
    }
  }
  for (let r = fullRows; r < k; r += 1) {
    for (let i = 0; i < m; i += 1) {
      const factor = a[r * m + i]!;
      for (let j = 0; j < n; j += 1) out[i * n + j]! += factor * b[r * n + j]!;
    }
  }
}

/** `out[m, n] += a[m, k] * b[k, n]`. Four rows of `b` at a time. */
export function addProduct(a: Float64Array, b: Float64Array, out: Float64Array, m: number, k: number, n: number): void {
  const full = k - (k % 4);
  for (let c = 0; c < full; c += 4) {
    const b0 = c * n;
    const b1 = b0 + n;
    const b2 = b1 + n;
    const b3 = b2 + n;
    for (let i = 0; i < m; i += 1) {
      const f0 = a[i * k + c]!;
      const f1 = a[i * k + c + 1]!;
      const f2 = a[i * k + c + 2]!;
      const f3 = a[i * k + c + 3]!;
      const o = i * n;
      for (let j = 0; j < n; j += 1) {
        out[o + j]! += f0 * b[b0 + j]! + f1 * b[b1 + j]! + (f2 * b[b2 + j]! + f3 * b[b3 + j]!);
      }
    }
  }
  for (let c = full; c < k; c += 1) {
    for (let i = 0; i < m; i += 1) {
      const factor = a[i * k + c]!;
      for (let j = 0; j < n; j += 1) out[i * n + j]! += factor * b[c * n + j]!;
    }
  }
}
