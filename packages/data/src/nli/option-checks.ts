import { PolyheadError } from '@polyhead/types';

/**
 * Refuses counts below 1.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertCounts(counts: Readonly<Record<string, number>>): void {
  const wrong = Object.entries(counts).find(([, value]) => !(value >= 1));
  if (wrong !== undefined) throw refuse(wrong, 'Give a whole number from 1.');
}

/**
 * Refuses shares that are not from 0 to 1.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertShare(value: number): void {
  if (!(value >= 0 && value <= 1)) throw refuse(['share', value], 'Give a number from 0 to 1.');
}

function refuse([option, value]: readonly [string, number], remedy: string): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', {
    message: `The option "${option}" is ${value}.`,
    remedy,
    details: { option, value: String(value) },
  });
}
