import { narrowToBfloat, narrowToHalf, widenBfloat, widenHalf } from './kernels/half-precision.ts';

/** Widens IEEE 754 binary16 bits to float32; exact. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  widenHalf(bits, values);
  return values;
}

/** Rounds float32 to IEEE 754 binary16 bits: half to even, subnormals kept, 65,520 and above to infinity. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  narrowToHalf(values, bits);
  return bits;
}

/** Widens bfloat16 bits to float32; exact. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  widenBfloat(bits, values);
  return values;
}

/** Rounds float32 to bfloat16 bits, half to even. */
export function float32ToBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  narrowToBfloat(values, bits);
  return bits;
}
