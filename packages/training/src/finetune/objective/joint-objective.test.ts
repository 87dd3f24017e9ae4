import { prepareTensorFlow } from '@polyhead/losses';
import { createRandomGenerator } from '@polyhead/numerics';
import type { Matrix } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { createJointBatchMaker, toDistinctTexts } from '../heads/joint-batches.ts';
import type { JointExamples } from '../heads/joint-examples.ts';
import { createJointHead, type JointHead } from '../heads/joint-head.ts';
import { pickHeads, toyExamples } from '../testing/toy-examples.ts';
import { createJointObjective, type JointBatch } from './joint-objective.ts';
import type { Objective, ObjectiveResult } from './objective.ts';

const dimension = 5;
const full = toyExamples(12, 3);
/** The first rows share a text; two heads lack rows. */
const examples: JointExamples = {
  texts: full.texts.map((text, row) => (row < 3 ? 'the same' : text)),
  heads: {
    ...pickHeads(full, ['topic', 'tags']).heads,
    size: {
      targets: { task: 'regression', labels: ['size'], values: Float64Array.of(3, 5, 9) },
      rows: Int32Array.of(1, 4, 11),
    },
  },
};
const random = createRandomGenerator(5);

function headsOf(names: readonly string[], weights: Readonly<Record<string, number>> = {}): JointHead[] {
  return names.flatMap((name) => {
    const targets = examples.heads[name]?.targets;
    if (targets === undefined) return [];
    const weight = weights[name];
    return [createJointHead(name, { targets, dimension, random: random.fork(name), weight })];
  });
}

function batchOf(heads: readonly JointHead[], rows: readonly number[]): JointBatch {
  return createJointBatchMaker(examples, toDistinctTexts(examples.texts).places, heads).toBatch(Int32Array.from(rows));
}

function embeddingsFor(batch: JointBatch): Matrix {
  const data = Float32Array.from(batch.texts, (text) => text).reduce<number[]>((all, text) => {
    const source = createRandomGenerator(text + 1);
    return [...all, ...Array.from({ length: dimension }, () => source.normal())];
  }, []);
  return { data: Float32Array.from(data), rows: batch.texts.length, columns: dimension };
}

const rows = [0, 1, 2, 4, 7, 11];
const names = ['topic', 'tags', 'size'];

function evaluate(objective: Objective<JointBatch>, batch: JointBatch, embeddings: Matrix): ObjectiveResult {
  return objective.evaluate(embeddings, batch, createRandomGenerator(9));
}

beforeAll(async () => {
  await prepareTensorFlow({ backend: 'cpu' });
});

describe('the joint objective', () => {
  it('encodes an equal text once', () => {
    const batch = batchOf(headsOf(names), rows);
    expect([...batch.rowTexts]).toEqual([0, 0, 0, 1, 2, 3]);
    expect(batch.texts).toHaveLength(4);
    expect(batch.heads.map(({ head, rows: labelled }) => [head, [...labelled]])).toEqual([
      ['topic', [0, 1, 2, 3, 4, 5]],
      ['tags', [0, 1, 2, 3, 4, 5]],
      ['size', [1, 3, 5]],
    ]);
  });

  it.each(['weights', 'uncertainty'] as const)('has the gradients of finite differences (%s)', (weightedBy) => {
    const heads = headsOf(names, { topic: 2, size: 0.5 });
    const objective = createJointObjective({ heads, weightedBy, dropout: 0.2 });
    const batch = batchOf(heads, rows);
    const embeddings = embeddingsFor(batch);
    const { embeddingGradient, gradients } = evaluate(objective, batch, embeddings);
    const check = (values: Float32Array, gradient: Float32Array): void => {
      const step = 1e-2;
      values.forEach((value, index) => {
        values[index] = value + step;
        const above = evaluate(objective, batch, embeddings).loss;
        values[index] = value - step;
        const below = evaluate(objective, batch, embeddings).loss;
        values[index] = value;
        expect(Math.abs((above - below) / (2 * step) - (gradient[index] ?? NaN))).toBeLessThan(2e-3);
      });
    };
    check(embeddings.data, embeddingGradient);
    for (const [name, gradient] of gradients) check(objective.parameters.get(name) ?? new Float32Array(0), gradient);
    const last = weightedBy === 'weights' ? [] : names.map((name) => `${name}/log-variance`);
    expect([...gradients.keys()].sort()).toEqual(
      [...names.flatMap((name) => [`${name}/weights`, `${name}/bias`]), ...last].sort(),
    );
  });

  it('is the weighted sum of the objectives of single heads, and so are its gradients', () => {
    const weights = { topic: 2, tags: 0.25, size: 3 };
    const heads = headsOf(names, weights);
    const batch = batchOf(heads, rows);
    const embeddings = embeddingsFor(batch);
    const joint = evaluate(createJointObjective({ heads, dropout: 0.3 }), batch, embeddings);
    const sum = new Float64Array(joint.embeddingGradient.length);
    let loss = 0;
    for (const head of headsOf(names)) {
      const alone = evaluate(createJointObjective({ heads: [head], dropout: 0.3 }), batchOf([head], rows), embeddings);
      const weight = weights[head.name as keyof typeof weights];
      loss += weight * alone.loss;
      alone.embeddingGradient.forEach((slope, index) => (sum[index] = (sum[index] ?? 0) + weight * slope));
      expect(joint.parts[head.name]).toBeCloseTo(alone.loss, 6);
      const expected = alone.gradients.get(`${head.name}/weights`)?.map((slope) => slope * weight);
      joint.gradients.get(`${head.name}/weights`)?.forEach((slope, index) => {
        expect(slope).toBeCloseTo(expected?.[index] ?? NaN, 5);
      });
    }
    expect(joint.loss).toBeCloseTo(loss, 5);
    joint.embeddingGradient.forEach((slope, index) => expect(slope).toBeCloseTo(sum[index] ?? NaN, 5));
  });

  it('has no gradient for a head that a batch says nothing about', () => {
    const heads = headsOf(names);
    const objective = createJointObjective({ heads, dropout: 0 });
    const batch = batchOf(heads, [0, 2, 3]);
    const { gradients, parts } = evaluate(objective, batch, embeddingsFor(batch));
    expect([...gradients.keys()].some((name) => name.startsWith('size/'))).toBe(false);
    expect(Object.keys(parts)).toEqual(['topic', 'tags']);
  });

  it('decays weights, and nothing else', () => {
    const objective = createJointObjective({ heads: headsOf(names), weightedBy: 'uncertainty', dropout: 0 });
    expect([...objective.parameters.keys()].filter((name) => objective.decays(name))).toEqual([
      'topic/weights',
      'tags/weights',
      'size/weights',
    ]);
  });

  it('begins a head alike, whichever heads there are beside it', () => {
    const [alone] = headsOf(['tags']);
    const together = headsOf(names).find(({ name }) => name === 'tags');
    expect(together?.differentiable.parameters).toEqual(alone?.differentiable.parameters);
    expect(Math.max(...(alone?.differentiable.parameters['weights']?.data ?? []))).toBeLessThanOrEqual(
      1 / Math.sqrt(dimension),
    );
  });
});
