import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { binaryCrossEntropy } from './classification/binary-cross-entropy.ts';
import { crossEntropy } from './classification/cross-entropy.ts';
import { focal } from './classification/focal.ts';
import { huber, smoothL1 } from './regression/huber.ts';
import { meanAbsoluteError } from './regression/mean-absolute-error.ts';
import { meanSquaredError } from './regression/mean-squared-error.ts';
import { prepareTensorFlow } from './tensorflow.ts';

interface GoldenCase {
  name: string;
  options: {
    weight?: number[] | null;
    label_smoothing?: number;
    pos_weight?: number[];
    gamma?: number;
    alpha?: number | number[];
    beta?: number;
    delta?: number;
  };
  inputs: { logits?: number[][]; prediction?: number[][] };
  constants: { labels?: number[]; target?: number[][] };
  value: number;
  gradients: Record<string, number[][]>;
}

const file = JSON.parse(readFileSync(new URL('golden/losses.json', import.meta.url), 'utf8')) as {
  cases: GoldenCase[];
};

function createLoss({ name, options }: GoldenCase): Loss<tf.Tensor> {
  const { gamma, alpha, delta, beta } = options;
  if (name.startsWith('cross_entropy')) {
    return crossEntropy({ classWeights: options.weight ?? undefined, labelSmoothing: options.label_smoothing });
  }
  if (name.startsWith('binary')) return binaryCrossEntropy({ positiveWeights: options.pos_weight });
  if (name === 'focal/softmax' && typeof alpha === 'object') return focal({ kind: 'softmax', gamma, alpha });
  if (name === 'focal/sigmoid' && typeof alpha === 'number') return focal({ kind: 'sigmoid', gamma, alpha });
  if (name.startsWith('huber')) return huber({ delta });
  if (name.startsWith('smooth_l1')) return smoothL1({ beta });
  return name === 'mse' ? meanSquaredError() : meanAbsoluteError();
}

/** Compares with the golden value in units of the tolerance: 1e-5, relative to values above 1. */
function expectNear(actual: number, golden: number): void {
  expect(Math.abs(actual - golden) / Math.max(1, Math.abs(golden))).toBeLessThan(1e-5);
}

const names = [...new Set(file.cases.map(({ name }) => name))];

describe.each(['wasm', 'cpu'] as const)('losses on the %s backend', (backend) => {
  beforeAll(async () => {
    await prepareTensorFlow({ backend });
  });

  it('has all cases', () => {
    expect(names).toHaveLength(21);
  });

  it.each(file.cases)('$name agrees with PyTorch', (golden) => {
    const loss = createLoss(golden);
    const rows = golden.inputs.logits ?? golden.inputs.prediction ?? [];
    const labels = golden.constants.labels;
    const targets =
      labels === undefined
        ? tf.tensor2d(golden.constants.target ?? [])
        : tf.tensor1d(labels.map((label) => Math.max(label, 0)));
    const ignoring = labels?.includes(-100) === true;
    const weights = ignoring ? tf.tensor1d(labels.map((label) => (label < 0 ? 0 : 1))) : undefined;

    const { value, grad } = tf.valueAndGrad((x) => loss.compute(x, targets, weights))(tf.tensor2d(rows));
    expectNear(value.dataSync()[0] ?? Number.NaN, golden.value);
    const wanted = Object.values(golden.gradients).flat(2);
    const actual = grad.dataSync();
    expect(actual).toHaveLength(wanted.length);
    wanted.forEach((entry, index) => {
      expectNear(actual[index] ?? Number.NaN, entry);
    });
  });
});
