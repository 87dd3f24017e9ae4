import { describe, expect, it } from 'vitest';
import { expectClose } from './expect-close.ts';

describe('expectClose', () => {
  it.each([
    [1, 1 + 5e-10],
    [NaN, NaN],
    [Infinity, Infinity],
    [0, -0],
  ])('accepts %s and %s', (a, b) => {
    expectClose(a, b);
    expectClose([0, a], [0, b]);
  });

  it.each([
    [1, 1 + 2e-9],
    [NaN, 0],
    [0, NaN],
    [Infinity, -Infinity],
    [Infinity, 1e300],
  ])('refuses %s and %s', (a, b) => {
    expect(() => {
      expectClose(a, b);
    }).toThrow();
    expect(() => {
      expectClose([0, a], [0, b]);
    }).toThrow();
  });

  it('refuses lists of different lengths', () => {
    expect(() => {
      expectClose([1, 2], [1]);
    }).toThrow();
  });
});
