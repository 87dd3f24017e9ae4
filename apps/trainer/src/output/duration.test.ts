import { expect, it } from 'vitest';
import { formatDuration } from './duration.ts';

it.each([
  [0, '0 s'],
  [0.4, '0 s'],
  [59.6, '1 min'],
  [95, '1 min 35 s'],
  [3599.7, '1 h'],
  [3660, '1 h 1 min'],
  [9990, '2 h 46 min'],
  [90_000, '25 h'],
])('says %d seconds in words', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
