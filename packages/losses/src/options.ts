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
  if (Number.isFinite(value) && value >= range.minimum && value < range.below) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${name} is ${value}, outside [${range.minimum}, ${range.below}).`,
    remedy: `Choose a number of at least ${range.minimum} and below ${range.below}.`,
  });
}

/**
 * Checks that an option is a positive, finite number.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertPositive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${name} is ${value}.`,
    remedy: 'Choose a positive, finite number.',
  });
}

/**
 * Checks that an option is one of a list of words.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertOneOf(name: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${name} is "${value}".`,
    remedy: `Choose one of: ${words.join(', ')}.`,
  });
}

/**
 * Checks that an option is true or false.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertBoolean(name: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${name} is ${String(value)}.`,
    remedy: 'Choose true or false.',
  });
}
