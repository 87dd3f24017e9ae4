import { logisticRegression } from '@polyhead/heads';
import { createRandomGenerator } from '@polyhead/numerics';
import type { Head, HeadExamples } from '@polyhead/types';
import { expect, it } from 'vitest';
import { crossValidate } from './cross-validate.ts';

/** Two classes that noise separates by nothing: what a head says of rows that it knows is better than chance. */
function noise(rows: number): HeadExamples {
  const random = createRandomGenerator(3);
  const columns = 40;
  return {
    embeddings: { data: Float32Array.from({ length: rows * columns }, () => random.normal()), rows, columns },
    targets: {
      task: 'single-label',
      labels: ['a', 'b'],
      classIndices: Int32Array.from({ length: rows }, (_, row) => row % 2),
    },
  };
}

function accuracy(logits: { data: Float32Array; columns: number }, { targets }: HeadExamples): number {
  if (targets.task !== 'single-label') return Number.NaN;
  const right = Array.from(targets.classIndices).filter((truth, row) => {
    const [first = 0, second = 0] = logits.data.subarray(row * logits.columns, (row + 1) * logits.columns);
    return (second > first ? 1 : 0) === truth;
  });
  return right.length / targets.classIndices.length;
}

it('judges every row by a head that was not fitted on it', async () => {
  const examples = noise(60);
  const head = logisticRegression.create({ C: 100 });
  const fitted = await head.fit(examples, { random: createRandomGenerator(1) });
  expect(accuracy(fitted.logits(examples.embeddings), examples)).toBeGreaterThan(0.9);
  const logits = await crossValidate(head, examples, { random: createRandomGenerator(1) });
  expect(accuracy(logits, examples)).toBeLessThan(0.75);
});

it('holds every row out exactly once, also where there are fewer rows than folds', async () => {
  for (const rows of [4, 17, 40]) {
    const examples = noise(rows);
    const fittedRows: number[] = [];
    const counting: Head = {
      ...logisticRegression.create({}),
      tasks: ['single-label'],
      fit: (given, options) => {
        fittedRows.push(given.embeddings.rows);
        return logisticRegression.create({}).fit(given, options);
      },
    };
    await crossValidate(counting, examples, { random: createRandomGenerator(2) });
    const heldOut = fittedRows.map((count) => rows - count);
    expect(heldOut.reduce((sum, count) => sum + count, 0)).toBe(rows);
    expect(Math.min(...heldOut)).toBeGreaterThan(0);
  }
});

it('judges rows with equal texts by the same head', async () => {
  const examples = noise(40);
  const texts = Array.from({ length: 40 }, (_, row) => (row < 20 ? `Text ${row % 4}` : `text  ${row % 4}`));
  const embeddings = { ...examples.embeddings, data: examples.embeddings.data.slice() };
  const seen: number[] = [];
  const watching: Head = {
    ...logisticRegression.create({}),
    fit: (given, options) => {
      seen.push(given.embeddings.rows);
      return logisticRegression.create({}).fit(given, options);
    },
  };
  await crossValidate(watching, { ...examples, embeddings }, { texts, random: createRandomGenerator(4) });
  // Four texts of ten rows each, so four parts.
  expect(seen).toEqual([30, 30, 30, 30]);
});

it('gives the same for the same seed', async () => {
  const examples = noise(30);
  const run = (): Promise<{ data: Float32Array }> =>
    crossValidate(logisticRegression.create({}), examples, { random: createRandomGenerator(5) });
  expect((await run()).data).toEqual((await run()).data);
});
