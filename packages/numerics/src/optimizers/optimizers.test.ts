import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { createAdamW } from './adamw.ts';
import { clipGlobalNorm } from './clip-gradients.ts';
import type { Optimizer } from './optimizer.ts';
import { createSgd } from './sgd.ts';

const start = [1, -2, 0.5];
const gradientsOfSteps = [
  [0.1, -0.3, 0],
  [-0.2, 0.4, 0],
  [0.3, 0.1, 0],
];

/** Runs the steps on one parameter and returns it. */
function run(optimizer: Optimizer, learningRate: number): number[] {
  const parameter = Float32Array.from(start);
  for (const gradient of gradientsOfSteps) {
    optimizer.step(new Map([['w', parameter]]), new Map([['w', Float32Array.from(gradient)]]), learningRate);
  }
  return [...parameter];
}

function expectClose(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual).toHaveLength(wanted.length);
  for (const [index, value] of wanted.entries()) expect(actual[index]).toBeCloseTo(value, 6);
}

/** The formula of the paper, in float64, one element at a time. */
function adamWByFormula(learningRate: number, weightDecay: number): number[] {
  return start.map((initial, element) => {
    let parameter = initial;
    let mean = 0;
    let square = 0;
    for (const [step, gradient] of gradientsOfSteps.entries()) {
      const slope = gradient[element] ?? 0;
      parameter -= learningRate * weightDecay * parameter;
      mean = 0.9 * mean + 0.1 * slope;
      square = 0.999 * square + 0.001 * slope * slope;
      const correctedMean = mean / (1 - 0.9 ** (step + 1));
      const correctedSquare = square / (1 - 0.999 ** (step + 1));
      parameter -= (learningRate * correctedMean) / (Math.sqrt(correctedSquare) + 1e-8);
    }
    return parameter;
  });
}

/** PyTorch's SGD: the first step's buffer is the gradient itself, which a buffer of zeros gives too. */
function sgdByFormula(learningRate: number, momentum: number, options: { decay: number; nesterov: boolean }): number[] {
  return start.map((initial, element) => {
    let parameter = initial;
    let buffer = 0;
    for (const gradient of gradientsOfSteps) {
      const slope = (gradient[element] ?? 0) + options.decay * parameter;
      buffer = momentum * buffer + slope;
      parameter -= learningRate * (options.nesterov ? slope + momentum * buffer : buffer);
    }
    return parameter;
  });
}

describe('createAdamW', () => {
  it.each([0, 0.01, 0.5])('follows the formula with a decay of %d', (weightDecay) => {
    expectClose(run(createAdamW({ weightDecay }), 0.05), adamWByFormula(0.05, weightDecay));
  });

  it('decays by default, parameters with zero gradient too, but not those left out', () => {
    const [, , kept] = run(createAdamW(), 0.1);
    expect(kept).toBeCloseTo(0.5 * (1 - 0.1 * 0.01) ** 3, 6);
    expect(run(createAdamW({ decays: () => false }), 0.1)[2]).toBe(0.5);
  });

  it('keeps its moments by name: a parameter that joins late starts afresh', () => {
    const optimizer = createAdamW({ weightDecay: 0 });
    const early = Float32Array.of(1);
    const late = Float32Array.of(1);
    optimizer.step(new Map([['early', early]]), new Map([['early', Float32Array.of(1)]]), 0.1);
    const both = new Map([
      ['late', late],
      ['early', early],
    ]);
    optimizer.step(both, new Map([['late', Float32Array.of(-5)]]), 0.1);
    expect(early[0]).toBeCloseTo(0.9, 6);
    expect(late[0]).toBeCloseTo(1.1, 6);
  });
});

describe('createSgd', () => {
  it.each([
    [0, { decay: 0, nesterov: false }],
    [0.9, { decay: 0, nesterov: false }],
    [0.9, { decay: 0.01, nesterov: false }],
    [0.9, { decay: 0.01, nesterov: true }],
  ] as const)('follows the formula with momentum %d and %j', (momentum, options) => {
    const optimizer = createSgd({ momentum, weightDecay: options.decay, nesterov: options.nesterov });
    expectClose(run(optimizer, 0.05), sgdByFormula(0.05, momentum, options));
  });
});

describe('every optimizer', () => {
  const makers: [string, () => Optimizer][] = [
    ['adamw', () => createAdamW()],
    ['sgd', () => createSgd({ momentum: 0.9, weightDecay: 0.1 })],
  ];

  it.each(makers)('%s: goes on from a saved state as if it had not stopped', (_, create) => {
    const parameter = Float32Array.from(start);
    let optimizer = create();
    for (const gradient of gradientsOfSteps) {
      optimizer.step(new Map([['w', parameter]]), new Map([['w', Float32Array.from(gradient)]]), 0.05);
      const state = structuredClone(optimizer.toState());
      optimizer = create();
      optimizer.loadState(state);
    }
    expect([...parameter]).toEqual(run(create(), 0.05));
  });

  it.each(makers)('%s: refuses gradients that do not fit', (_, create) => {
    const parameters = new Map([['w', Float32Array.from(start)]]);
    expect(() => {
      create().step(parameters, new Map([['w', new Float32Array(2)]]), 0.1);
    }).toThrow(expect.toSatisfy((error) => hasErrorCode(error, 'SHAPE_MISMATCH')));
    expect(() => {
      create().step(parameters, new Map([['v', new Float32Array(3)]]), 0.1);
    }).toThrow(expect.toSatisfy((error) => hasErrorCode(error, 'TENSOR_MISSING')));
  });

  it.each(makers)('%s: finds the minimum of a parabola', (_, create) => {
    const optimizer = create();
    const parameter = Float32Array.of(3);
    for (let step = 0; step < 3000; step += 1) {
      const gradient = Float32Array.of(2 * (parameter[0] ?? 0));
      optimizer.step(new Map([['w', parameter]]), new Map([['w', gradient]]), 0.01);
    }
    expect(Math.abs(parameter[0] ?? 1)).toBeLessThan(1e-3);
  });
});

describe('clipGlobalNorm', () => {
  it('scales all gradients by one factor and returns the norm before', () => {
    const gradients = new Map([
      ['a', Float32Array.of(3)],
      ['b', Float32Array.of(0, 4)],
    ]);
    expect(clipGlobalNorm(gradients, 1)).toBeCloseTo(5, 6);
    expect(gradients.get('a')?.[0]).toBeCloseTo(3 / (5 + 1e-6), 6);
    expect(gradients.get('b')?.[1]).toBeCloseTo(4 / (5 + 1e-6), 6);
  });

  it('leaves small gradients alone', () => {
    const gradients = new Map([['a', Float32Array.of(0.3)]]);
    expect(clipGlobalNorm(gradients, 1)).toBeCloseTo(0.3, 6);
    expect(gradients.get('a')?.[0]).toBe(Math.fround(0.3));
  });
});
