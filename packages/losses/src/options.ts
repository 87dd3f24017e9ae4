import { PolyheadError } from '@polyhead/types';

/**
 * A list of non-negative, finite numbers as a Float32Array.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function toWeights(name: string, values: ArrayLike<number>): Float32Array {
  const list = Float32Array.from(values);
  const position = list.findIndex((value) => !(value >= 0 && value < Infinity));
  if (position !== -1) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `${name}[${position}] is ${String(values[position])}, which is not a weight.`,
      remedy: 'Weights are finite numbers of 0 or more.',
    });
  }
  return list;
}

/**
 * Checks that an option lies in a range.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertInRange(name: string, value: number, range: { minimum: number; below: number }): void {
  if (value >= range.minimum && value < range.below) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${name} is ${value}, outside [${range.minimum}, ${range.below}).`,
    remedy: `Choose a number of at least ${range.minimum} and below ${range.below}.`,
  });
}
