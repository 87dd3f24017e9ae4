import * as tf from '@tensorflow/tfjs-core';
import { prepareTensorFlow } from '@polyhead/losses';
import { createRandomGenerator } from '@polyhead/numerics';
import { hasErrorCode, type FitOptions, type FittedHead, type HeadExamples, type JsonObject } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyActivation } from '../decision/apply-activation.ts';
import {
  expected,
  goldenData,
  largestDifference,
  multiLabelTargets,
  singleLabelTargets,
} from '../test-support/golden.ts';
import { describeHeadContract } from '../testing/describe-head-contract.ts';
import { createToyExamples } from '../testing/toy-examples.ts';
import { linear } from './linear-head.ts';

describeHeadContract({ headType: linear, options: { epochs: 30, learningRate: 0.05 } });

const tasks = ['single-label', 'multi-label', 'regression'] as const;

function fit(
  examples: HeadExamples,
  options: JsonObject = {},
  fitOptions: Partial<FitOptions> = {},
): Promise<FittedHead> {
  return linear.create({ epochs: 40, ...options }).fit(examples, { random: createRandomGenerator(1), ...fitOptions });
}

function figuresOf(head: FittedHead, name: string): (number | undefined)[] {
  return head.history.map(({ figures }) => figures[name]);
}

beforeAll(async () => {
  await prepareTensorFlow();
});

describe('the optimum', () => {
  // Without dropout and in full batches the head minimises mean loss + l2 / 2 * sum(weights^2), which is scikit-learn's
  // objective divided by C * rows.
  const exact = { optimizer: 'sgd', dropout: 0, epochs: 500, earlyStoppingPatience: 0, plateauPatience: 1000 };

  it('of a softmax is that of scikit-learn', async () => {
    const { train, heldOut } = goldenData('emotion');
    const targets = singleLabelTargets('emotion');
    const head = await fit({ embeddings: train, targets }, { ...exact, l2: 1 / train.rows, batchSize: train.rows });
    const probabilities = applyActivation(head.logits(heldOut), head.activation).data;
    expect(largestDifference(probabilities, expected('logistic/multinomial/C=1/predict_proba'))).toBeLessThan(1e-5);
  });

  it('of sigmoids is that of scikit-learn, label by label', async () => {
    const { train, heldOut } = goldenData('go_emotions');
    const targets = multiLabelTargets();
    const labels = targets.labels.length;
    // The mean over labels divides the gradient of each by their number.
    const l2 = 1 / train.rows / labels;
    const head = await fit(
      { embeddings: train, targets },
      { ...exact, learningRate: 5 * labels, l2, batchSize: train.rows },
    );
    const probabilities = applyActivation(head.logits(heldOut), head.activation).data;
    expect(largestDifference(probabilities, expected('multi_output/predict_proba'))).toBeLessThan(1e-5);
  });
});

describe('seeds', () => {
  it.each(tasks)('decide everything that is random (%s)', async (task) => {
    const examples = createToyExamples(task);
    const weights = async (seed: number): Promise<Float32Array | undefined> => {
      const head = await fit(examples, { epochs: 3 }, { random: createRandomGenerator(seed) });
      return head.affineForm()?.weights;
    };
    const first = await weights(1);
    expect(await weights(1)).toEqual(first);
    expect(await weights(2)).not.toEqual(first);
  });
});

describe('history', () => {
  const validation = createToyExamples('single-label', { seed: 2 });

  it('tells losses, decisions and the learning rate of every epoch', async () => {
    const head = await fit(createToyExamples('single-label'), { epochs: 5 }, { validation });
    expect(head.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(Object.keys(head.history[0]?.figures ?? {})).toEqual([
      'training_loss',
      'validation_loss',
      'validation_accuracy',
      'learning_rate',
    ]);
    expect(head.history.at(-1)?.figures['training_loss']).toBeLessThan(head.history[0]?.figures['training_loss'] ?? 0);
    expect(head.history.at(-1)?.figures['validation_accuracy']).toBe(1);
  });

  it('has F1 for several labels and no decisions for numbers', async () => {
    const several = createToyExamples('multi-label');
    const head = await fit(several, { epochs: 30 }, { validation: several });
    expect(figuresOf(head, 'validation_macro_f1').at(-1)).toBeGreaterThan(0.95);
    expect(figuresOf(head, 'validation_micro_f1').at(-1)).toBeGreaterThan(0.95);
    const numbers = createToyExamples('regression');
    const regression = await fit(numbers, { epochs: 1 }, { validation: numbers });
    expect(Object.keys(regression.history[0]?.figures ?? {})).toEqual([
      'training_loss',
      'validation_loss',
      'learning_rate',
    ]);
  });

  it('reports each epoch as progress', async () => {
    const seen: (number | undefined)[] = [];
    await fit(
      createToyExamples('regression'),
      { epochs: 3 },
      {
        onProgress: ({ phase, done, total, unit }) =>
          seen.push(done, total) && expect([phase, unit]).toEqual(['fitting', 'epochs']),
      },
    );
    expect(seen).toEqual([1, 3, 2, 3, 3, 3]);
  });
});

describe('schedules', () => {
  /** Validation data that contradicts the training data: its loss only rises. */
  const contrary = (): HeadExamples => {
    const { embeddings, targets } = createToyExamples('single-label', { seed: 3 });
    if (targets.task !== 'single-label') throw new Error('not a single label');
    return { embeddings, targets: { ...targets, classIndices: targets.classIndices.map((index) => (index + 1) % 3) } };
  };

  it('lower the learning rate on a plateau, not below the minimum', async () => {
    const options = {
      epochs: 12,
      plateauPatience: 1,
      plateauFactor: 0.1,
      learningRate: 0.1,
      minimumLearningRate: 0.005,
    };
    const head = await fit(
      createToyExamples('single-label'),
      { ...options, earlyStoppingPatience: 0 },
      { validation: contrary() },
    );
    const rates = figuresOf(head, 'learning_rate');
    expect(rates[0]).toBe(0.1);
    expect(rates).toContain(0.1 * 0.1);
    expect(rates.at(-1)).toBe(0.005);
  });

  it('end early and restore the best epoch', async () => {
    const validation = contrary();
    const head = await fit(createToyExamples('single-label'), { earlyStoppingPatience: 4 }, { validation });
    expect(head.history).toHaveLength(5);
    expect(head.toState().settings).toMatchObject({ bestEpoch: 1, epochs: 5, batchSize: 16 });
    const short = await fit(createToyExamples('single-label'), { epochs: 1 }, { validation });
    expect(head.affineForm()).toEqual(short.affineForm());
  });

  it('keep the last epoch where there is no validation data', async () => {
    const head = await fit(createToyExamples('single-label'), { epochs: 7, earlyStoppingPatience: 0 });
    expect(head.toState().settings).toMatchObject({ bestEpoch: 7, epochs: 7 });
  });
});

describe('options', () => {
  it('class weights move decisions towards rare classes', async () => {
    const random = createRandomGenerator(4);
    // Two classes that overlap, one ten times rarer.
    const classIndices = Int32Array.from({ length: 220 }, (_, row) => (row % 11 === 0 ? 1 : 0));
    const data = Float32Array.from(
      { length: 440 },
      (_, index) => random.normal() + 0.5 * (classIndices[index >> 1] ?? 0),
    );
    const examples: HeadExamples = {
      embeddings: { data, rows: 220, columns: 2 },
      targets: { task: 'single-label', labels: ['common', 'rare'], classIndices },
    };
    const rareDecisions = async (options: JsonObject): Promise<number> => {
      const logits = (await fit(examples, options)).logits(examples.embeddings).data;
      return classIndices.filter((_, row) => (logits[2 * row + 1] ?? 0) > (logits[2 * row] ?? 0)).length;
    };
    const plain = await rareDecisions({});
    expect(await rareDecisions({ classWeight: 'balanced' })).toBeGreaterThan(plain + 30);
    expect(await rareDecisions({ classWeight: { rare: 10 } })).toBeGreaterThan(plain + 30);
  });

  it('balanced weights raise the scores of rare labels and bear labels that never occur', async () => {
    const indicators = Uint8Array.from({ length: 200 }, (_, index) => (index % 2 === 0 && index % 20 === 0 ? 1 : 0));
    const examples: HeadExamples = {
      embeddings: createToyExamples('multi-label', { rows: 100 }).embeddings,
      targets: { task: 'multi-label', labels: ['rare', 'never'], indicators },
    };
    const mean = async (options: JsonObject): Promise<number[]> => {
      const { data } = (await fit(examples, options)).logits(examples.embeddings);
      return [0, 1].map(
        (label) => data.reduce((sum, value, index) => sum + (index % 2 === label ? value : 0), 0) / 100,
      );
    };
    const [plain = 0, never = 0] = await mean({});
    const [balanced = 0, stillNever = 0] = await mean({ classWeight: 'balanced' });
    expect(balanced).toBeGreaterThan(plain + 1.5);
    expect(Math.max(never, stillNever)).toBeLessThan(-4);
  });

  it.each(['single-label', 'multi-label'] as const)('the focal loss learns (%s)', async (task) => {
    const examples = createToyExamples(task);
    const head = await fit(examples, { loss: 'focal', gamma: 1 }, { validation: examples });
    const name = task === 'single-label' ? 'validation_accuracy' : 'validation_macro_f1';
    expect(figuresOf(head, name).at(-1)).toBeGreaterThan(0.95);
  });

  it('label smoothing keeps probabilities away from 1', async () => {
    const examples = createToyExamples('single-label');
    const meanBest = async (options: JsonObject): Promise<number> => {
      const head = await fit(examples, {
        epochs: 150,
        learningRate: 0.1,
        earlyStoppingPatience: 0,
        dropout: 0,
        ...options,
      });
      const { data } = applyActivation(head.logits(examples.embeddings), 'softmax');
      const best = Array.from({ length: 90 }, (_, row) => Math.max(...data.subarray(3 * row, 3 * row + 3)));
      return best.reduce((sum, probability) => sum + probability, 0) / 90;
    };
    expect(await meanBest({})).toBeGreaterThan(0.97);
    // 0.3 is spread over three classes: 0.7 + 0.1 is left.
    expect(Math.abs((await meanBest({ labelSmoothing: 0.3 })) - 0.8)).toBeLessThan(0.03);
  });

  it('a temperature is part of the fitted weights', async () => {
    const examples = createToyExamples('single-label');
    const hot = await fit(examples, { temperature: 1000, epochs: 1 });
    const plain = await fit(examples, { epochs: 1 });
    const size = (head: FittedHead): number => Math.max(...(head.affineForm()?.weights ?? []).map(Math.abs));
    expect(size(hot)).toBeLessThan(size(plain) / 500);
    // It divides the bias too, which starts at the same frequencies nevertheless.
    expect(largestDifference(hot.affineForm()?.bias ?? [], plain.affineForm()?.bias ?? [])).toBeLessThan(0.2);
  });

  it.each(tasks)('without a bias the bias stays 0 (%s)', async (task) => {
    const head = await fit(createToyExamples(task), { bias: false });
    expect([...(head.affineForm()?.bias ?? [])].every((value) => value === 0)).toBe(true);
  });

  it.each(['adamw', 'sgd'])('%s learns', async (optimizer) => {
    const examples = createToyExamples('single-label');
    const head = await fit(examples, { optimizer }, { validation: examples });
    expect(figuresOf(head, 'validation_accuracy').at(-1)).toBe(1);
  });

  it('l2 makes weights small', async () => {
    const examples = createToyExamples('single-label');
    const size = async (l2: number): Promise<number> =>
      Math.max(...((await fit(examples, { l2 })).affineForm()?.weights ?? []).map(Math.abs));
    expect(await size(1)).toBeLessThan((await size(0)) / 4);
  });

  it.each([
    { dropout: 1 },
    { dropout: -0.1 },
    { l2: -1 },
    { optimizer: 'adam' },
    { learningRate: 0 },
    { momentum: 1 },
    { epochs: 0 },
    { epochs: 1.5 },
    { batchSize: -1 },
    { plateauFactor: 1 },
    { temperature: 0 },
    { bias: 1 },
    { loss: 'hinge' },
    { labelSmoothing: 1 },
    { classWeight: 'rare' },
    { classWeight: { zebra: -1 } },
    { learning_rate: 1 },
  ])('refuses %j', (options) => {
    expect(() => linear.create(options)).toThrow(
      expect.toSatisfy((error: unknown) => hasErrorCode(error, 'INVALID_ARGUMENT')),
    );
  });
});

describe('units', () => {
  it('of embeddings do not matter', async () => {
    const examples = createToyExamples('single-label');
    const { data, rows, columns } = examples.embeddings;
    const large = { ...examples, embeddings: { data: data.map((value) => 64 * value), rows, columns } };
    const plain = (await fit(examples)).logits(examples.embeddings).data;
    expect(largestDifference((await fit(large)).logits(large.embeddings).data, plain)).toBeLessThan(1e-3);
  });

  it('of numbers to predict do not matter', async () => {
    const examples = createToyExamples('regression');
    const { targets } = examples;
    if (targets.task !== 'regression') throw new Error('not a regression');
    const other = { ...targets, values: targets.values.map((value) => 1000 * value - 5e4) };
    const plain = (await fit(examples)).logits(examples.embeddings).data;
    const scaled = (await fit({ ...examples, targets: other })).logits(examples.embeddings).data;
    expect(
      largestDifference(
        scaled.map((value) => (value + 5e4) / 1000),
        plain,
      ),
    ).toBeLessThan(1e-3);
  });

  it('equal numbers are predicted as they are', async () => {
    const { embeddings } = createToyExamples('regression');
    const targets = { task: 'regression', labels: ['value'], values: new Float64Array(90).fill(7) } as const;
    const head = await fit({ embeddings, targets }, { epochs: 200, l2: 0.1 });
    expect(largestDifference(head.logits(embeddings).data, new Float32Array(90).fill(7))).toBeLessThan(0.1);
  });
});

describe('trouble', () => {
  it('an exploding loss names the epoch and the remedy', async () => {
    const attempt = fit(createToyExamples('regression'), { optimizer: 'sgd', learningRate: 1e6, epochs: 100 });
    await expect(attempt).rejects.toThrow(/epoch \d+ at a learning rate of .*Lower learningRate/);
    await expect(attempt).rejects.toSatisfy((error) => hasErrorCode(error, 'NOT_FINITE'));
  });

  it('validation data of another kind is refused', async () => {
    const examples = createToyExamples('single-label');
    const wide = createToyExamples('single-label', { dimension: 9 });
    const numbers = createToyExamples('regression');
    for (const validation of [wide, numbers]) {
      await expect(fit(examples, {}, { validation })).rejects.toSatisfy((error) =>
        hasErrorCode(error, 'SHAPE_MISMATCH'),
      );
    }
  });

  it('an abort in the middle ends training', async () => {
    const controller = new AbortController();
    const attempt = fit(
      createToyExamples('single-label'),
      {},
      {
        signal: controller.signal,
        onProgress: ({ done }) => {
          if (done === 3) controller.abort();
        },
      },
    );
    await expect(attempt).rejects.toSatisfy((error) => hasErrorCode(error, 'ABORTED'));
  });

  it('no tensor is left behind, also by training that failed', async () => {
    const before = tf.memory().numTensors;
    const examples = createToyExamples('single-label');
    await fit({ ...examples, sampleWeights: new Float64Array(90).fill(2) }, { epochs: 2 }, { validation: examples });
    await fit(createToyExamples('regression'), { optimizer: 'sgd', learningRate: 1e6 }).catch(() => undefined);
    expect(tf.memory().numTensors).toBe(before);
  });
});
