// Bit-level conversions between float32 and the two 16-bit formats (IEEE 754 binary16, and bfloat16 = upper half of float32).

const halfToSingle: Float32Array = createHalfTable();

function createHalfTable(): Float32Array {
  const table = new Float32Array(65_536);
  const bits = new Uint32Array(table.buffer);
  for (let half = 0; half < 65_536; half++) {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      table[half] = (sign === 0 ? 1 : -1) * fraction * 2 ** -24;
    } else if (exponent === 31) {
      bits[half] = sign | 0x7f80_0000 | (fraction << 13);
    } else {
      bits[half] = sign | ((exponent + 112) << 23) | (fraction << 13);
    }
  }
  return table;
}

/** Widens binary16 bits exactly. */
export function widenHalf(source: Uint16Array, target: Float32Array): void {
  for (let index = 0; index < source.length; index++) {
    target[index] = halfToSingle[source[index]!]!;
  }
}

/** Rounds float32 to binary16 bits, half to even; too large becomes infinity, NaN stays NaN. */
export function narrowToHalf(source: Float32Array, target: Uint16Array): void {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length);
  for (let index = 0; index < bits.length; index++) {
    target[index] = halfBits(bits[index]!);
  }
}

function halfBits(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & 0x7fff_ffff;
  if (magnitude >= 0x477f_f000) {
    // 65,520 and above round to infinity; NaN keeps its upper fraction bits and stays quiet.
    return magnitude > 0x7f80_0000 ? sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff) : sign | 0x7c00;
  }
  if (magnitude >= 0x3880_0000) {
    return sign | ((magnitude - 0x3800_0000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  if (magnitude <= 0x3300_0000) {
    return sign; // at most half of the smallest subnormal
  }
  const shift = 126 - (magnitude >>> 23);
  const fraction = (magnitude & 0x7f_ffff) | 0x80_0000;
  const kept = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (kept + (rest > middle || (rest === middle && (kept & 1) === 1) ? 1 : 0));
}

/** Widens bfloat16 bits exactly. */
export function widenBfloat(source: Uint16Array, target: Float32Array): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let index = 0; index < source.length; index++) {
    bits[index] = source[index]! << 16;
  }
}

/** Rounds float32 to bfloat16 bits, half to even; NaN stays NaN. */
export function narrowToBfloat(source: Float32Array, target: Uint16Array): void {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length);
  for (let index = 0; index < bits.length; index++) {
    const single = bits[index]!;
    const isNan = (single & 0x7fff_ffff) > 0x7f80_0000;
    target[index] = isNan ? (single >>> 16) | 0x40 : (single + 0x7fff + ((single >>> 16) & 1)) >>> 16;
  }
}

/** Copies 64-bit integers as float32. */
export function widenIntegers(source: BigInt64Array | BigUint64Array, target: Float32Array): void {
  for (let index = 0; index < source.length; index++) {
    target[index] = Number(source[index]!);
  }
}
