/** Position of the first value that is NaN or infinite, or -1. */
export function firstNotFinite(values: ArrayLike<number>): number {
  const { length } = values;
  let zero = 0;
  // Zero times a finite number is 0, times any other NaN: no branch in the loop.
  for (let i = 0; i < length; i++) zero += values[i]! * 0;
  if (zero === 0) return -1;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

/** Position of the first value outside [low, high], or -1. */
export function firstOutside(values: ArrayLike<number>, low: number, high: number): number {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low && values[i]! <= high)) return i;
  return -1;
}

/** Position of the first value that is no integer in [0, limit), or -1. */
export function firstNotIndex(values: ArrayLike<number>, limit: number): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isInteger(value) || value < 0 || value >= limit) return i;
  }
  return -1;
}

/** True if all values are equal (or there are none). */
export function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
