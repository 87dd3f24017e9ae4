import type { Matrix } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { overallF1 } from './overall-f1.ts';
import { createWatchedScore } from './watched-score.ts';

const matrix = (rows: readonly (readonly number[])[]): Matrix => ({
  data: Float32Array.from(rows.flat()),
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
});

describe('overallF1', () => {
  it('counts the labels of all heads as those of one, and leaves numbers out', () => {
    const single = {
      targets: { task: 'single-label', labels: ['a', 'b'], classIndices: Int32Array.of(0, 0, 1) },
      scores: matrix([
        [0.9, 0.1],
        [0.4, 0.6],
        [0.2, 0.8],
      ]),
    } as const;
    const multi = {
      targets: { task: 'multi-label', labels: ['x'], indicators: Uint8Array.of(1, 0) },
      scores: matrix([[0.4], [0.2]]),
      thresholds: { x: 0.3 },
    } as const;
    const number = {
      targets: { task: 'regression', labels: ['n'], values: Float64Array.of(1) },
      scores: matrix([[2]]),
    } as const;
    // a: 1 hit, 1 missed; b: 1 hit, 1 false; x: 1 hit.
    expect(overallF1([single, multi, number])).toEqual({
      micro_f1: expect.closeTo((2 * 3) / (2 * 3 + 1 + 1), 12) as number,
      macro_f1: expect.closeTo((2 / 3 + 2 / 3 + 1) / 3, 12) as number,
    });
    expect(overallF1([{ ...multi, thresholds: undefined }])?.macro_f1).toBe(0);
    expect(overallF1([number])).toBeUndefined();
  });
});

describe('createWatchedScore', () => {
  const tasks = { intent: 'single-label', tags: 'multi-label', stars: 'regression' } as const;
  const evaluations = {
    intent: { task: 'single-label', macro_f1: 0.8, log_loss: 0.5 },
    tags: { task: 'multi-label', macro_f1: 0.4, log_loss: 0.1 },
    stars: { task: 'regression', r2: 0.3, mae: 2 },
  } as never;
  const score = (metric: string): number | undefined =>
    createWatchedScore(metric, tasks).compute({ evaluations, loss: 7 });

  it.each([
    ['score', (0.8 + 0.4 + 0.3) / 3],
    ['loss', -7],
    ['intent.macro_f1', 0.8],
    ['macro_f1', (0.8 + 0.4) / 2],
    ['log_loss', -(0.5 + 0.1) / 2],
    ['stars.mae', -2],
  ])('%s', (metric, expected) => {
    expect(score(metric)).toBeCloseTo(expected, 12);
  });

  it('is undefined where its figure is, and the loss where that is the score', () => {
    const figures = { evaluations: { stars: { task: 'regression', r2: null } } as never, loss: 3 };
    expect(createWatchedScore('stars.r2', { stars: 'regression' }).compute(figures)).toBeUndefined();
    expect(createWatchedScore('score', { stars: 'regression' }).compute(figures)).toBe(-3);
  });

  it('leaves an undefined figure out of a mean', () => {
    const constant = { ...(evaluations as object), stars: { task: 'regression', r2: null } } as never;
    const watched = createWatchedScore('score', tasks);
    expect(watched.compute({ evaluations: constant, loss: 0 })).toBeCloseTo((0.8 + 0.4) / 2, 12);
  });

  it('counts constant predictions as no correlation', () => {
    const two = { a: { r2: -0.1, spearman: null }, b: { r2: 0.2, spearman: 0.5 } } as never;
    const watched = createWatchedScore('spearman', { a: 'regression', b: 'regression' });
    expect(watched.compute({ evaluations: two, loss: 0 })).toBeCloseTo(0.25, 12);
  });

  it.each(['stars.accuracy', 'nope.macro_f1', 'f11'])('refuses %s and says what there is', (metric) => {
    expect(() => createWatchedScore(metric, tasks)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
