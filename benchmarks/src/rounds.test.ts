import { describe, expect, it } from 'vitest';
import { runRounds } from './rounds.ts';

describe('runRounds', () => {
  it('alternates, begins each round with another contestant, and leaves warm-ups out', async () => {
    const calls: string[] = [];
    const contestant = (name: string, seconds: number[]) => ({
      name,
      run() {
        calls.push(name);
        return Promise.resolve(seconds.shift() ?? NaN);
      },
    });
    const timings = await runRounds([contestant('a', [9, 1, 3, 2]), contestant('b', [9, 5, 4, 6])], { rounds: 3 });
    expect(calls.join('')).toBe('ab' + 'ab' + 'ba' + 'ab');
    expect(timings).toEqual([
      { name: 'a', seconds: [1, 3, 2], median: 2, minimum: 1, maximum: 3 },
      { name: 'b', seconds: [5, 4, 6], median: 5, minimum: 4, maximum: 6 },
    ]);
  });
});
