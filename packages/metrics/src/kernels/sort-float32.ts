/** Below this many values the native sort is quicker. */
const nativeLimit = 2048;
const digitBits = 11;
const digitCount = 1 << digitBits;
const digitMask = digitCount - 1;

/** Sorts ascending in place; no NaN. A radix sort over the bits, several times faster than the native sort. */
export function sortFloat32(values: Float32Array): Float32Array {
  if (values.length < nativeLimit) return values.sort();
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  toSortableBits(bits);
  const spare = new Uint32Array(bits.length);
  // Three digits of 11 bits cover the 32; after three passes the result lies in `spare`.
  sortByDigit(bits, spare, 0);
  sortByDigit(spare, bits, digitBits);
  sortByDigit(bits, spare, 2 * digitBits);
  bits.set(spare);
  fromSortableBits(bits);
  return values;
}

/** Unsigned order of the result is the order of the floats: negatives are inverted, positives get the top bit. */
function toSortableBits(bits: Uint32Array): void {
  for (let i = 0; i < bits.length; i++) bits[i] = bits[i]! >>> 31 === 1 ? ~bits[i]! : bits[i]! | 0x80000000;
}

function fromSortableBits(bits: Uint32Array): void {
  for (let i = 0; i < bits.length; i++) bits[i] = bits[i]! >>> 31 === 1 ? bits[i]! & 0x7fffffff : ~bits[i]!;
}

/** A stable counting sort by 11 bits from `shift` on. */
function sortByDigit(source: Uint32Array, target: Uint32Array, shift: number): void {
  const positions = new Uint32Array(digitCount + 1);
  for (const value of source) positions[((value >>> shift) & digitMask) + 1]!++;
  for (let digit = 0; digit < digitCount; digit++) positions[digit + 1]! += positions[digit]!;
  for (const value of source) target[positions[(value >>> shift) & digitMask]!++] = value;
}
