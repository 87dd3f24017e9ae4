import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingBatches, EmbeddingBatchShape, EmbeddingLoss } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareTensorFlow } from '../tensorflow.ts';
import { createEmbeddingLoss, type EmbeddingLossConfig, type EmbeddingLossName } from './create-embedding-loss.ts';

interface GoldenCase {
  name: string;
  options: {
    distance?: 'cosine' | 'euclidean' | 'manhattan';
    margin?: number;
    triplet_margin?: number;
    scale?: number;
    temperature?: number;
  };
  inputs: Record<string, number[][]>;
  constants: { labels?: number[] };
  value: number;
  gradients: Record<string, number[][]>;
}

const file = JSON.parse(readFileSync(new URL('../golden/embedding-losses.json', import.meta.url), 'utf8')) as {
  cases: GoldenCase[];
};

const names: Record<string, EmbeddingLossName> = {
  CosineSimilarityLoss: 'cosine-similarity',
};

function createLoss({ name, options }: GoldenCase): EmbeddingLoss<tf.Tensor> {
  const { distance, margin, triplet_margin: tripletMargin, scale, temperature } = options;
  const given = { distance, margin: margin ?? tripletMargin, scale, temperature };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const config = { name: names[name.split('/')[0] ?? ''], ...Object.fromEntries(present) };
  return createEmbeddingLoss(config as EmbeddingLossConfig);
}

/** All inputs below one another, which makes the batch's rows, and the rows of each of them. */
function stack(inputs: Record<string, number[][]>): { rows: number[][]; at: (name: string) => Int32Array } {
  const rows = Object.values(inputs).flat();
  const at = (name: string): Int32Array => Int32Array.from((inputs[name] ?? []).map((row) => rows.indexOf(row)));
  return { rows, at };
}

function createBatch<Shape extends EmbeddingBatchShape>(golden: GoldenCase, shape: Shape): EmbeddingBatches[Shape] {
  const { at } = stack(golden.inputs);
  const { labels = [] } = golden.constants;
  const batches: { [Name in EmbeddingBatchShape]: () => EmbeddingBatches[Name] } = {
    pairs: () => ({ first: at('first'), second: at('second'), targets: Float32Array.from(labels) }),
    triplets: () => ({ anchors: at('anchor'), positives: at('positive'), negatives: at('negative') }),
    ranking: () => ({
      anchors: at('anchor'),
      positives: at('positive'),
      ...('negative' in golden.inputs ? { negatives: at('negative') } : {}),
    }),
    groups: () => ({ alike: Float32Array.from(labels.flatMap((a) => labels.map((b) => (a === b ? 1 : 0)))) }),
  };
  return batches[shape]();
}

/** Compares with the golden value in units of the tolerance: 1e-5, relative to values above 1. */
function expectNear(actual: number, golden: number): void {
  expect(Math.abs(actual - golden) / Math.max(1, Math.abs(golden))).toBeLessThan(1e-5);
}

const cases = file.cases.filter(({ name }) => name.split('/')[0]! in names);

describe.each(['wasm', 'cpu'] as const)('embedding losses on the %s backend', (backend) => {
  beforeAll(async () => {
    await prepareTensorFlow({ backend });
  });

  it.each(cases)('$name agrees with sentence-transformers and SetFit', (golden) => {
    const loss = createLoss(golden);
    const batch = createBatch(golden, loss.batchShape);
    const compute = loss.compute as (embeddings: tf.Tensor, batch: EmbeddingBatches[EmbeddingBatchShape]) => tf.Tensor;
    const { value, grad } = tf.valueAndGrad((x) => compute(x, batch))(tf.tensor2d(stack(golden.inputs).rows));
    expectNear(value.dataSync()[0] ?? Number.NaN, golden.value);
    const wanted = Object.keys(golden.inputs)
      .flatMap((name) => golden.gradients[name] ?? [])
      .flat();
    const actual = grad.dataSync();
    expect(actual).toHaveLength(wanted.length);
    wanted.forEach((entry, index) => {
      expectNear(actual[index] ?? Number.NaN, entry);
    });
  });
});
