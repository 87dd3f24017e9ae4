import { describe, expect, it } from 'vitest';
import { addToCurve, createLossCurve } from './loss-curve.ts';
import { createRecentSteps } from './recent-steps.ts';

describe('createRecentSteps', () => {
  it('means over the last steps only', () => {
    let time = 7000;
    const recent = createRecentSteps(2, () => time);
    time = 90_000;
    expect([recent.loss(), recent.secondsPerStep(), recent.tokensPerSecond()]).toEqual([0, 0, 0]);
    recent.skip();
    for (const [seconds, tokens, loss] of [
      [9, 1, 50],
      [1, 100, 4],
      [3, 300, 2],
    ] as const) {
      time += seconds * 1000;
      recent.add({ tokens, loss });
    }
    expect([recent.loss(), recent.secondsPerStep(), recent.tokensPerSecond()]).toEqual([3, 2, 100]);
  });
});

describe('the loss curve', () => {
  it('holds means of equal stretches, in at most 400 points, and survives JSON in between', () => {
    let curve = createLossCurve(1000);
    for (let step = 1; step <= 1000; step += 1) {
      addToCurve(curve, step, { loss: step, ...(step % 2 === 0 ? { even: 1 } : {}) });
      curve = JSON.parse(JSON.stringify(curve)) as typeof curve;
    }
    expect(curve.points).toHaveLength(333);
    expect(curve.points[0]).toEqual({ step: 3, figures: { loss: 2, even: 1 } });
    expect(curve.open.sums).toEqual({ loss: 1000, even: 1 });
  });
});
