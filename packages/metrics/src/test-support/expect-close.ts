import { expect } from 'vitest';

type Numbers = number | ArrayLike<number>;

/** Absolute tolerance of every golden figure; the calibration fits state their own. */
const goldenTolerance = 1e-9;

/** Equal within an absolute tolerance, element by element; NaN equals NaN and infinities themselves. */
export function expectClose(actual: Numbers, expected: Numbers, tolerance: number = goldenTolerance): void {
  const [a, b] = [toList(actual), toList(expected)];
  expect(a).toHaveLength(b.length);
  const wrong = a.findIndex((value, index) => !isClose(value, b[index] ?? NaN, tolerance));
  if (wrong !== -1)
    expect.fail(`element ${wrong}: ${String(a[wrong])} is not within ${tolerance} of ${String(b[wrong])}`);
}

function toList(numbers: Numbers): number[] {
  return typeof numbers === 'number' ? [numbers] : Array.from(numbers);
}

function isClose(a: number, b: number, tolerance: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance;
}
