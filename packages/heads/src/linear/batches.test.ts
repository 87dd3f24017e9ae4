import { createRandomGenerator } from '@polyhead/numerics';
import { describe, expect, it } from 'vitest';
import { automaticBatchSize, createBatchMaker, type Batch, type BatchMaker } from './batches.ts';

/** Row r is [r, r] with target 10 r. */
function maker(rows: number, batchSize: number, dropout = 0): BatchMaker {
  const embeddings = Float32Array.from({ length: rows * 2 }, (_, index) => Math.floor(index / 2) + 1);
  const values = Float32Array.from({ length: rows }, (_, row) => 10 * (row + 1));
  const source = {
    embeddings,
    dimension: 2,
    targets: { values, width: 1, rank: 1 as const },
    weights: Float32Array.from(values, (value) => value * 10),
  };
  return createBatchMaker(source, { batchSize, dropout, random: createRandomGenerator(5) });
}

function collect<Value>(batches: Iterable<Batch>, read: (batch: Batch) => Iterable<Value>): Value[] {
  return [...batches].flatMap((batch) => [...read(batch)]);
}

/** Reads before the next batch overwrites the arrays. */
function* readEach<Value>(batches: Iterable<Batch>, read: (batch: Batch) => Value): Iterable<Value> {
  for (const batch of batches) yield read(batch);
}

describe('automaticBatchSize', () => {
  it.each([
    [1, 16],
    [500, 16],
    [600, 32],
    [4000, 64],
    [10_000, 128],
    [43_410, 256],
    [1_000_000, 512],
  ])('of %i rows is %i', (rows, size) => {
    expect(automaticBatchSize(rows)).toBe(size);
  });
});

describe('batches', () => {
  it('hold every row once an epoch, in another order each time, with its target and weight', () => {
    const batches = maker(10, 4);
    const epochs = [1, 2].map(() => {
      const rows = [
        ...readEach(batches.epoch(), (batch) => ({
          ...batch,
          targets: [...batch.targets],
          embeddings: [...batch.embeddings],
          weights: [...(batch.weights ?? [])],
        })),
      ];
      expect(rows.map((batch) => batch.rows)).toEqual([4, 4, 2]);
      const targets = rows.flatMap((batch) => batch.targets);
      expect(rows.flatMap((batch) => batch.embeddings)).toEqual(
        targets.flatMap((target) => [target / 10, target / 10]),
      );
      expect(rows.flatMap((batch) => batch.weights)).toEqual(targets.map((target) => target * 10));
      return targets;
    });
    expect([...(epochs[0] ?? [])].sort((a, b) => a - b)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(epochs[1]).not.toEqual(epochs[0]);
  });

  it('drop the wanted share and keep the mean', () => {
    const dropped: number[] = [];
    let sum = 0;
    for (const batch of maker(20_000, 512, 0.25).epoch()) {
      for (const [index, value] of batch.embeddings.entries()) {
        const original = (batch.targets[index >> 1] ?? 0) / 10;
        dropped.push(value === 0 ? 1 : 0);
        sum += value / original;
        expect(value === 0 || Math.abs(value / original - 4 / 3) < 1e-5).toBe(true);
      }
    }
    const share = dropped.reduce((total, value) => total + value, 0) / dropped.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.01);
    expect(Math.abs(sum / dropped.length - 1)).toBeLessThan(0.02);
  });

  it('drop elements of a row independently', () => {
    const pairs = collect(maker(20_000, 64, 0.5).epoch(), (batch) =>
      Array.from(
        { length: batch.rows },
        (_, row) => `${batch.embeddings[2 * row] === 0}-${batch.embeddings[2 * row + 1] === 0}`,
      ),
    );
    for (const kind of ['true-true', 'true-false', 'false-true', 'false-false']) {
      expect(Math.abs(pairs.filter((pair) => pair === kind).length / pairs.length - 0.25)).toBeLessThan(0.02);
    }
  });
});
