import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareTensorFlow } from '../tensorflow.ts';
import { createEmbeddingLoss, type EmbeddingLossConfig } from './create-embedding-loss.ts';
import { measure } from './embedding-loss-contract.ts';
import { exampleBatches, exampleEmbeddings, exampleRows, toAlike } from './embedding-loss-examples.ts';

type Matrix = readonly (readonly number[])[];

function valueOf(config: EmbeddingLossConfig, embeddings: Matrix, batch?: object): number {
  const loss = createEmbeddingLoss(config);
  return measure(loss, embeddings, (batch ?? exampleBatches[loss.batchShape]) as typeof exampleBatches.groups).value;
}

function expectNear(actual: number, wanted: number, tolerance = 2e-5): void {
  expect(Math.abs(actual - wanted)).toBeLessThan(tolerance * Math.max(1, Math.abs(wanted)));
}

const entry = fc.double({ min: -2, max: 2, noNaN: true });
/** Evenly drawn, so that distances that are almost ties, which float32 may decide differently, are rare. */
const coordinate = fc.noBias(fc.integer({ min: -2e6, max: 2e6 })).map((value) => value / 1e6);
const matrix = fc.array(fc.array(coordinate, { minLength: 4, maxLength: 4 }), { minLength: 6, maxLength: 6 });
/** The same draws in every run, so that none of the rare ties comes up one day. */
const loopRuns = { numRuns: 60, seed: 1 };
/** Up to two of three labels a row: who shares a label with whom is not transitive, and some rows have no partner. */
const labels = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }), {
  minLength: 6,
  maxLength: 6,
});
const lengths = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), {
  minLength: exampleRows,
  maxLength: exampleRows,
});

const byDirection: EmbeddingLossConfig[] = [
  'cosine-similarity',
  'contrastive',
  'online-contrastive',
  'cosent',
  'angle',
  'multiple-negatives-ranking',
  'supervised-contrastive',
  { name: 'triplet', distance: 'cosine', margin: 0.5 },
  { name: 'batch-hard-triplet', distance: 'cosine', margin: 0.5 },
];

const byDistance: EmbeddingLossConfig[] = [
  { name: 'contrastive', distance: 'euclidean', margin: 2 },
  { name: 'contrastive', distance: 'manhattan', margin: 4 },
  'triplet',
  'batch-all-triplet',
  'batch-hard-triplet',
  'batch-hard-soft-margin-triplet',
  'batch-semi-hard-triplet',
];

describe('laws of embedding losses', () => {
  beforeAll(async () => {
    await prepareTensorFlow();
  });

  it.each(byDirection)('%j looks at directions, not lengths', (config) => {
    const plain = valueOf(config, exampleEmbeddings);
    fc.assert(
      fc.property(lengths, (scales) => {
        const scaled = exampleEmbeddings.map((row, index) => row.map((value) => value * (scales[index] ?? 1)));
        expectNear(valueOf(config, scaled), plain);
      }),
      { numRuns: 20 },
    );
  });

  it.each(byDistance)('%j does not change when all rows are moved', (config) => {
    const plain = valueOf(config, exampleEmbeddings);
    fc.assert(
      fc.property(entry, (shift) => {
        const moved = exampleEmbeddings.map((row) => row.map((value) => value + 5 * shift));
        expectNear(valueOf(config, moved), plain);
      }),
      { numRuns: 20 },
    );
  });

  it.each(['cosent', 'angle'] as const)('%s looks at the order of targets only, whatever the scale', (name) => {
    const { pairs } = exampleBatches;
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }), (list) => {
        const targets = Float32Array.from(list);
        const ranks = Float32Array.from(targets, (target) => targets.filter((other) => other < target).length);
        for (const scale of [20, 1000]) {
          const value = valueOf({ name, scale }, exampleEmbeddings, { ...pairs, targets });
          expect(valueOf({ name, scale }, exampleEmbeddings, { ...pairs, targets: ranks })).toBe(value);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('symmetric ranking is the mean of both directions', () => {
    const { anchors, positives } = exampleBatches.ranking;
    const name = 'multiple-negatives-ranking';
    const there = valueOf(name, exampleEmbeddings, { anchors, positives });
    const back = valueOf(name, exampleEmbeddings, { anchors: positives, positives: anchors });
    expectNear(valueOf({ name, symmetric: true }, exampleEmbeddings, { anchors, positives }), (there + back) / 2);
  });
});

const squared = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
const mean = (list: readonly number[]): number =>
  list.length === 0 ? 0 : list.reduce((sum, value) => sum + value, 0) / list.length;

/** Distances of each row to its partners and to all others, in float64 and loops. */
function distancesByKind(embeddings: Matrix, alike: Float32Array): { near: number[]; far: number[]; all: number[] }[] {
  const rows = embeddings.length;
  return embeddings.map((own, row) => {
    const others = embeddings.map((other, column) => ({
      distance: Math.sqrt(squared(own, other)),
      isAlike: alike[row * rows + column] === 1,
      isSelf: row === column,
    }));
    const select = (isAlike: boolean): number[] =>
      others.filter((other) => !other.isSelf && other.isAlike === isAlike).map(({ distance }) => distance);
    return { near: select(true), far: select(false), all: others.map(({ distance }) => distance) };
  });
}

const references: Record<string, (embeddings: Matrix, alike: Float32Array, margin: number) => number> = {
  'batch-all-triplet': (embeddings, alike, margin) =>
    mean(
      distancesByKind(embeddings, alike)
        .flatMap(({ near, far }) => near.flatMap((positive) => far.map((negative) => positive - negative + margin)))
        .filter((loss) => loss > 0),
    ),
  'batch-hard-triplet': (embeddings, alike, margin) =>
    mean(
      distancesByKind(embeddings, alike).map(({ near, far, all }) =>
        Math.max(0, Math.max(0, ...near) - (far.length === 0 ? Math.max(...all) : Math.min(...far)) + margin),
      ),
    ),
  'batch-semi-hard-triplet': (embeddings, alike, margin) =>
    mean(
      distancesByKind(embeddings, alike).flatMap(({ near, far }) =>
        near.map((positive) => {
          const beyond = far.filter((negative) => negative > positive);
          const negative = beyond.length > 0 ? Math.min(...beyond) : Math.max(0, ...far);
          return Math.max(0, positive - negative + margin);
        }),
      ),
    ),
};

describe('losses on groups of rows that share any label', () => {
  beforeAll(async () => {
    await prepareTensorFlow();
  });

  it.each(['batch-all-triplet', 'batch-hard-triplet', 'batch-semi-hard-triplet'] as const)(
    '%s agrees with loops over rows',
    (name) => {
      fc.assert(
        fc.property(matrix, labels, fc.double({ min: 0.1, max: 5, noNaN: true }), (embeddings, lists, margin) => {
          const alike = toAlike(lists);
          const wanted = references[name]?.(embeddings, alike, margin) ?? Number.NaN;
          expectNear(valueOf({ name, margin }, embeddings, { alike }), wanted);
        }),
        loopRuns,
      );
    },
  );

  it('supervised-contrastive agrees with loops over rows, and leaves rows without a partner out', () => {
    fc.assert(
      fc.property(matrix, labels, (embeddings, lists) => {
        const alike = toAlike(lists);
        const unit = embeddings.map((row) => row.map((value) => value / Math.sqrt(dot(row, row))));
        const rowLosses = unit.flatMap((own, row) => {
          const scores = unit.map((other) => dot(own, other) / 0.5);
          const others = scores.filter((_, column) => column !== row);
          const partners = scores.filter((_, column) => column !== row && alike[row * unit.length + column] === 1);
          const total = Math.log(others.reduce((sum, score) => sum + Math.exp(score), 0));
          return partners.length === 0 ? [] : [mean(partners.map((score) => total - score))];
        });
        const actual = valueOf({ name: 'supervised-contrastive', temperature: 0.5 }, embeddings, { alike });
        expectNear(actual, (0.5 / 0.07) * mean(rowLosses));
      }),
      loopRuns,
    );
  });

  it.each([
    'batch-all-triplet',
    'batch-hard-triplet',
    'batch-hard-soft-margin-triplet',
    'batch-semi-hard-triplet',
    'supervised-contrastive',
  ] as const)('%s is finite for one row, rows of one label, and rows that share nothing', (name) => {
    const cases: [Matrix, Float32Array][] = [
      [exampleEmbeddings.slice(0, 1), Float32Array.of(1)],
      [exampleEmbeddings, new Float32Array(64).fill(1)],
      [exampleEmbeddings, new Float32Array(64)],
    ];
    for (const [embeddings, alike] of cases) {
      const { value, gradient } = measure(createEmbeddingLoss(name), embeddings, { alike });
      expect([value, ...gradient].every(Number.isFinite)).toBe(true);
    }
  });

  it('does not look at the diagonal', () => {
    const { alike } = exampleBatches.groups;
    const other = alike.map((value, position) => (position % (exampleRows + 1) === 0 ? Number.NaN : value));
    for (const name of ['batch-all-triplet', 'batch-hard-triplet', 'supervised-contrastive'] as const) {
      expect(valueOf(name, exampleEmbeddings, { alike: other })).toBe(valueOf(name, exampleEmbeddings, { alike }));
    }
  });
});
