import { readFileSync } from 'node:fs';
import { applyActivation, toHeadPredictions } from '@polyhead/heads';
import { prepareTensorFlow } from '@polyhead/losses';
import { createRandomGenerator } from '@polyhead/numerics';
import * as tf from '@tensorflow/tfjs-core';
import type { Matrix, Targets } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { differentiableLinear } from './differentiable-linear.ts';
import { headLogits } from './head-logits.ts';
import { createJointHead, toFittedHead, type JointHead } from './joint-head.ts';
import { toTrainingTargets } from './training-targets.ts';

type Rows = readonly (readonly number[])[];

interface HeadCase {
  readonly name: string;
  readonly temperature: number;
  readonly eps: number;
  readonly bias_used: boolean;
  readonly multitarget: boolean;
  readonly weight: Rows;
  readonly bias: readonly number[] | null;
  readonly inputs: Rows;
  /** A class for each row, or indicators. */
  readonly labels: readonly number[] | Rows;
  readonly logits: Rows;
  readonly probabilities: Rows;
  readonly predictions: readonly number[] | Rows;
  readonly loss: number;
  readonly logits_with_temperature_3_given_to_forward: Rows;
  readonly gradient_inputs: Rows;
  readonly gradient_weight: Rows;
  readonly gradient_bias: readonly number[] | null;
}

const { cases } = JSON.parse(readFileSync(new URL('../../golden/setfit-head.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly HeadCase[];
};

beforeAll(async () => {
  await prepareTensorFlow();
});

/** The head of a case, with its weights. */
function createHead(golden: HeadCase, temperature = golden.temperature + golden.eps): JointHead {
  const head = createJointHead('golden', {
    targets: toTargets(golden),
    dimension: golden.inputs[0]?.length ?? 0,
    random: createRandomGenerator(1),
    head: differentiableLinear({ temperature, bias: golden.bias_used }),
  });
  const { parameters } = head.differentiable;
  parameters['weights']?.data.set(golden.weight.flat());
  parameters['bias']?.data.set(golden.bias ?? []);
  return head;
}

function toTargets({ weight, multitarget, labels }: HeadCase): Targets {
  const names = weight.map((_, label) => `label ${label}`);
  return multitarget
    ? { task: 'multi-label', labels: names, indicators: Uint8Array.from(labels.flat()) }
    : { task: 'single-label', labels: names, classIndices: Int32Array.from(labels.flat()) };
}

/** Loss and gradients as training computes them. */
function differentiate(golden: HeadCase): { loss: number; gradients: Record<string, readonly number[]> } {
  const head = createHead(golden);
  const names = Object.keys(head.differentiable.parameters);
  const targets = toTrainingTargets(toTargets(golden), head.unit);
  const shape = targets.rank === 1 ? [golden.inputs.length] : [golden.inputs.length, targets.width];
  let found = { loss: Number.NaN, gradients: {} };
  tf.tidy(() => {
    const values = Object.values(head.differentiable.parameters).map(({ data, shape: own }) =>
      tf.tensor(data, [...own]),
    );
    const { value, grads } = tf.valueAndGrads((inputs: tf.Tensor, ...parameters: tf.Tensor[]) => {
      const named = Object.fromEntries(names.map((name, index) => [name, parameters[index] ?? inputs]));
      const logits = headLogits(head, inputs as tf.Tensor2D, named);
      return tf.reshape(head.loss.compute(logits, tf.tensor(targets.values, shape)), []);
    })([tf.tensor2d(golden.inputs.map((row) => [...row])), ...values]);
    const gradients = ['inputs', ...names].map((name, index): [string, number[]] => [
      name,
      Array.from(grads[index]?.dataSync() ?? []),
    ]);
    found = { loss: value.dataSync()[0] ?? Number.NaN, gradients: Object.fromEntries(gradients) };
  });
  return found;
}

function toMatrix(rows: Rows): Matrix {
  return { data: Float32Array.from(rows.flat()), rows: rows.length, columns: rows[0]?.length ?? 0 };
}

/** Both are float32 against float64. */
function expectNear(actual: ArrayLike<number> | undefined, wanted: readonly number[]): void {
  expect(actual).toHaveLength(wanted.length);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  wanted.forEach((value, index) =>
    expect(Math.abs((actual?.[index] ?? Number.NaN) - value) / scale).toBeLessThan(1e-5),
  );
}

describe.each(cases)('beside the Python library: $name', (golden) => {
  it('has its loss and gradients', () => {
    const { loss, gradients } = differentiate(golden);
    expectNear([loss], [golden.loss]);
    expectNear(gradients['inputs'], golden.gradient_inputs.flat());
    expectNear(gradients['weights'], golden.gradient_weight.flat());
    if (golden.gradient_bias === null) expect(gradients).not.toHaveProperty('bias');
    else expectNear(gradients['bias'], golden.gradient_bias);
  });

  it('has its logits, probabilities and answers once it is fitted', () => {
    const fitted = toFittedHead(createHead(golden));
    const logits = fitted.logits(toMatrix(golden.inputs));
    expectNear(logits.data, golden.logits.flat());
    const scores = applyActivation(logits, fitted.activation);
    expectNear(scores.data, golden.probabilities.flat());
    const answers = toHeadPredictions({ head: fitted, scores }).map((answer) => {
      if (answer.task === 'regression') throw new TypeError('expected labels');
      if (answer.task === 'single-label') return fitted.labels.indexOf(answer.label ?? '');
      return fitted.labels.map((label) => Number(answer.labels.includes(label)));
    });
    expect(answers).toEqual(golden.predictions);
  });

  it('has its logits at another temperature', () => {
    const fitted = toFittedHead(createHead(golden, 3 + golden.eps));
    expectNear(fitted.logits(toMatrix(golden.inputs)).data, golden.logits_with_temperature_3_given_to_forward.flat());
  });
});

it.each([0, -1, Number.NaN, Infinity])('refuses the temperature %s', (temperature) => {
  expect(() => differentiableLinear({ temperature })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});
