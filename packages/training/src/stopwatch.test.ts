import { expect, it } from 'vitest';
import { Stopwatch } from './stopwatch.ts';

it('adds the time of equal phases and keeps their order', async () => {
  const stopwatch = new Stopwatch();
  await stopwatch.measure('read', () => undefined);
  const value = await stopwatch.measure('encode', async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return 7;
  });
  await stopwatch.measure('read', () => undefined);
  const seconds = stopwatch.toJson();
  expect(value).toBe(7);
  expect(Object.keys(seconds)).toEqual(['read', 'encode', 'total']);
  expect(seconds['encode']).toBeGreaterThan(0.01);
  expect(seconds['total']).toBeGreaterThanOrEqual(seconds['encode'] ?? Infinity);
});

it('counts the time of work that fails', async () => {
  const stopwatch = new Stopwatch();
  await expect(stopwatch.measure('fail', () => Promise.reject(new TypeError('no')))).rejects.toThrow('no');
  expect(Object.keys(stopwatch.toJson())).toContain('fail');
});
