import { readFileSync } from 'node:fs';
import type * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingBatches, EmbeddingBatchShape, EmbeddingLoss } from '@polyhead/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareTensorFlow } from '../tensorflow.ts';
import {
  createEmbeddingLoss,
  embeddingLossNames,
  type EmbeddingLossConfig,
  type EmbeddingLossName,
} from './create-embedding-loss.ts';
import { measure } from './embedding-loss-contract.ts';

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
  ContrastiveLoss: 'contrastive',
  OnlineContrastiveLoss: 'online-contrastive',
  CoSENTLoss: 'cosent',
  AnglELoss: 'angle',
  MultipleNegativesRankingLoss: 'multiple-negatives-ranking',
  TripletLoss: 'triplet',
  BatchAllTripletLoss: 'batch-all-triplet',
  BatchHardTripletLoss: 'batch-hard-triplet',
  BatchHardSoftMarginTripletLoss: 'batch-hard-soft-margin-triplet',
  BatchSemiHardTripletLoss: 'batch-semi-hard-triplet',
  SupConLoss: 'supervised-contrastive',
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

describe.each(['wasm', 'cpu'] as const)('embedding losses on the %s backend', (backend) => {
  beforeAll(async () => {
    await prepareTensorFlow({ backend });
  });

  it('has all cases', () => {
    expect(new Set(file.cases.map(({ name }) => names[name.split('/')[0] ?? '']))).toEqual(new Set(embeddingLossNames));
  });

  it.each(file.cases)('$name agrees with sentence-transformers and SetFit', (golden) => {
    const loss = createLoss(golden);
    const batch = createBatch(golden, loss.batchShape);
    const { value, gradient } = measure(loss, stack(golden.inputs).rows, batch);
    // A summed loss is a mean over 6 pairs here.
    const factor = golden.name === 'ContrastiveLoss/sum' ? 6 : 1;
    const actualValue = factor * value;
    expect(Math.abs(actualValue - golden.value) / Math.max(1, golden.value)).toBeLessThan(1e-5);

    const wanted = Object.keys(golden.inputs)
      .flatMap((name) => golden.gradients[name] ?? [])
      .flat();
    expect(gradient).toHaveLength(wanted.length);
    const largest = Math.max(...wanted.map(Math.abs));
    const errors = wanted.map((entry, index) => Math.abs(factor * (gradient[index] ?? Number.NaN) - entry) / largest);
    expect(Math.max(...errors)).toBeLessThan(1e-5);
  });
});
