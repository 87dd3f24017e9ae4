import { readFileSync } from 'node:fs';
import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import {
  createConstantSchedule,
  createCosineSchedule,
  createLinearSchedule,
  createStepSchedule,
} from './fixed-schedules.ts';
import { createPlateauSchedule } from './plateau-schedule.ts';
import type { Schedule } from './schedule.ts';

interface GoldenSchedules {
  readonly base_lr: number;
  readonly steps: number;
  readonly plateau_metric: readonly number[];
  readonly lr_before_step: Readonly<Record<string, readonly number[]>>;
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/schedules.json', import.meta.url), 'utf8'),
) as GoldenSchedules;
const baseRate = golden.base_lr;

function expectRates(actual: readonly number[], name: string): void {
  const wanted = golden.lr_before_step[name] ?? [];
  expect(actual).toHaveLength(wanted.length);
  for (const [step, rate] of wanted.entries()) {
    expect(Math.abs((actual[step] ?? Number.NaN) - rate)).toBeLessThanOrEqual(1e-12 * rate);
  }
}

describe('schedules against PyTorch and transformers', () => {
  const cases: [string, Schedule][] = [
    ['constant', createConstantSchedule({ baseRate })],
    ['constant_warmup_10', createConstantSchedule({ baseRate, warmupSteps: 10 })],
    ['linear_warmup_0', createLinearSchedule({ baseRate, totalSteps: 100 })],
    ['linear_warmup_10', createLinearSchedule({ baseRate, totalSteps: 100, warmupSteps: 10 })],
    ['linear_warmup_10_of_80', createLinearSchedule({ baseRate, totalSteps: 80, warmupSteps: 10 })],
    ['cosine_warmup_10', createCosineSchedule({ baseRate, totalSteps: 100, warmupSteps: 10 })],
    ['cosine_annealing_100', createCosineSchedule({ baseRate, totalSteps: 100 })],
    ['step_30_gamma_0.1', createStepSchedule({ baseRate, every: 30 })],
  ];

  it.each(cases)('%s', (name, schedule) => {
    expectRates(
      Array.from({ length: golden.steps }, (_, step) => schedule.learningRate(step)),
      name,
    );
  });

  it.each([
    ['plateau_factor_0.2_patience_3_min_1e-8', { factor: 0.2, patience: 3, minimumRate: 1e-8 }],
    ['plateau_factor_0.5_patience_2_cooldown_5', { factor: 0.5, patience: 2, cooldown: 5 }],
    [
      'plateau_abs_threshold_0.02',
      { factor: 0.2, patience: 3, threshold: 0.02, thresholdMode: 'absolute', minimumRate: 1e-8 },
    ],
  ] as const)('%s', (name, options) => {
    const schedule = createPlateauSchedule({ baseRate, ...options });
    const rates = golden.plateau_metric.map((metric, step) => {
      const rate = schedule.learningRate(step);
      schedule.observe(metric);
      return rate;
    });
    expectRates(rates, name);
  });
});

describe('schedules', () => {
  it('a plateau of a score that should rise', () => {
    const schedule = createPlateauSchedule({ baseRate: 1, goal: 'maximum', factor: 0.5, patience: 0 });
    for (const score of [0.1, 0.2, 0.3]) schedule.observe(score);
    expect(schedule.learningRate(0)).toBe(1);
    schedule.observe(0.3);
    expect(schedule.learningRate(0)).toBe(0.5);
  });

  it('warm-up scales a plateau schedule too', () => {
    const schedule = createPlateauSchedule({ baseRate: 1, warmupSteps: 4 });
    expect([0, 2, 4, 9].map((step) => schedule.learningRate(step))).toEqual([0, 0.5, 1, 1]);
  });

  it('stays at the end after the last step', () => {
    expect(createLinearSchedule({ baseRate: 1, totalSteps: 10 }).learningRate(50)).toBe(0);
    expect(createCosineSchedule({ baseRate: 1, totalSteps: 10 }).learningRate(50)).toBe(0);
  });

  it.each([
    () => createConstantSchedule({ baseRate: -1 }),
    () => createConstantSchedule({ baseRate: Number.NaN }),
    () => createConstantSchedule({ baseRate: 1, warmupSteps: 1.5 }),
    () => createLinearSchedule({ baseRate: 1, totalSteps: -1 }),
    () => createStepSchedule({ baseRate: 1, every: 0 }),
    () => createPlateauSchedule({ baseRate: 1, factor: 1 }),
  ])('refuses settings without meaning (%#)', (create) => {
    expect(create).toThrow(expect.toSatisfy((error) => hasErrorCode(error, 'INVALID_ARGUMENT')));
  });
});
