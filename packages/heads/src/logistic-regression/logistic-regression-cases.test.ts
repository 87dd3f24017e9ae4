import {
  hasErrorCode,
  type FitOptions,
  type JsonObject,
  type Progress,
  type SingleLabelTargets,
} from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { applyActivation } from '../decision/apply-activation.ts';
import {
  fitOptions,
  goldenData,
  largestDifference,
  multiLabelTargets,
  singleLabelTargets,
} from '../test-support/golden.ts';
import { createToyExamples } from '../testing/toy-examples.ts';
import { logisticRegression } from './logistic-regression.ts';

const toy = createToyExamples('single-label');

function withLabels(labels: readonly string[], classIndices: number[]): typeof toy {
  return { ...toy, targets: { task: 'single-label', labels, classIndices: Int32Array.from(classIndices) } };
}

function toyClass(row: number): number {
  return row % 3;
}

describe('labels without examples', () => {
  const rows = Array.from({ length: 90 }, (_, row) => row);

  it.each(['multinomial', 'one-vs-rest'])(
    '%s: have the probability 0 and do not disturb the others',
    async (multiClass) => {
      const examples = withLabels(
        ['none', 'x', 'also none', 'y', 'z'],
        rows.map((row) => [1, 3, 4][toyClass(row)] ?? 0),
      );
      const sparse = await logisticRegression.create({ multiClass }).fit(examples, fitOptions);
      const dense = await logisticRegression.create({ multiClass }).fit(toy, fitOptions);
      const scores = applyActivation(sparse.logits(toy.embeddings), sparse.activation).data;
      const wanted = applyActivation(dense.logits(toy.embeddings), dense.activation).data;
      const spread = Array.from({ length: 450 }, (_, index) => {
        const column = [-1, 0, -1, 1, 2][index % 5] ?? -1;
        return column === -1 ? 0 : (wanted[Math.floor(index / 5) * 3 + column] ?? 0);
      });
      expect(largestDifference(scores, spread)).toBeLessThan(1e-6);
    },
  );

  it('two labels of three that occur are one yes/no question', async () => {
    const examples = withLabels(
      ['x', 'none', 'y'],
      rows.map((row) => (toyClass(row) === 0 ? 0 : 2)),
    );
    const head = await logisticRegression.create().fit(examples, fitOptions);
    expect(
      head
        .affineForm()
        ?.weights.subarray(0, 8)
        .every((weight) => weight === 0),
    ).toBe(true);
    const scores = applyActivation(head.logits(toy.embeddings), head.activation);
    expect(scores.data.filter((_, index) => index % 3 === 1).every((score) => score === 0)).toBe(true);
  });

  it('a label whose examples all have weight 0 counts as absent', async () => {
    const sampleWeights = Float64Array.from(rows, (row) => (toyClass(row) === 2 ? 0 : 1));
    const head = await logisticRegression
      .create({ classWeight: 'balanced' })
      .fit({ ...toy, sampleWeights }, fitOptions);
    const scores = applyActivation(head.logits(toy.embeddings), head.activation).data;
    expect(scores.filter((_, index) => index % 3 === 2).every((score) => score === 0)).toBe(true);
  });
});

describe('weights', () => {
  it('a weight of 2 equals a repeated row', async () => {
    const { train } = goldenData('sst2');
    const targets = singleLabelTargets('sst2');
    const sampleWeights = Float64Array.from({ length: train.rows }, (_, row) => (row < 100 ? 2 : 1));
    const weighted = await logisticRegression.create().fit({ embeddings: train, targets, sampleWeights }, fitOptions);
    const data = new Float32Array((train.rows + 100) * train.columns);
    data.set(train.data);
    data.set(train.data.subarray(0, 100 * train.columns), train.data.length);
    const classIndices = Int32Array.of(...targets.classIndices, ...targets.classIndices.subarray(0, 100));
    const repeated = await logisticRegression
      .create()
      .fit(
        { embeddings: { ...train, data, rows: train.rows + 100 }, targets: { ...targets, classIndices } },
        fitOptions,
      );
    expect(largestDifference(weighted.affineForm()?.weights ?? [], repeated.affineForm()?.weights ?? [])).toBeLessThan(
      1e-3,
    );
  });

  it('weights by label: naming the balanced weights gives the balanced fit', async () => {
    const { train } = goldenData('emotion');
    const targets = singleLabelTargets('emotion');
    const counts = targets.labels.map((_, label) => targets.classIndices.filter((index) => index === label).length);
    const named = Object.fromEntries(targets.labels.map((label, at) => [label, train.rows / (6 * (counts[at] ?? 1))]));
    const examples = { embeddings: train, targets };
    const first = await logisticRegression.create({ classWeight: named }).fit(examples, fitOptions);
    const second = await logisticRegression.create({ classWeight: 'balanced' }).fit(examples, fitOptions);
    expect(largestDifference(first.affineForm()?.weights ?? [], second.affineForm()?.weights ?? [])).toBeLessThan(1e-5);
  });

  it('multi-label: balanced raises the probability of rare labels, a named weight that of its label only', async () => {
    const { train } = goldenData('go_emotions');
    const examples = { embeddings: train, targets: multiLabelTargets() };
    const meanScores = async (options: JsonObject): Promise<number[]> => {
      const head = await logisticRegression.create(options).fit(examples, fitOptions);
      const { data, columns, rows } = applyActivation(head.logits(train), head.activation);
      return head.labels.map((_, label) =>
        data.reduce((sum, score, index) => sum + (index % columns === label ? score / rows : 0), 0),
      );
    };
    const plain = await meanScores({});
    const balanced = await meanScores({ classWeight: 'balanced' });
    const named = await meanScores({ classWeight: { love: 3 } });
    expect(balanced.every((score, label) => score > (plain[label] ?? 1))).toBe(true);
    const love = examples.targets.labels.indexOf('love');
    const raised = named.flatMap((score, label) => (Math.abs(score - (plain[label] ?? 0)) > 1e-6 ? [label] : []));
    expect(raised).toEqual([love]);
  });
});

describe('the fit', () => {
  it('needs no more examples than labels, at any width', async () => {
    const examples = createToyExamples('single-label', { rows: 6, dimension: 400 });
    const head = await logisticRegression.create().fit(examples, fitOptions);
    expect(head.toState().settings['converged']).toBe(true);
    const targets = examples.targets as SingleLabelTargets;
    const { data } = applyActivation(head.logits(examples.embeddings), head.activation);
    expect(Array.from(targets.classIndices, (label, row) => (data[row * 3 + label] ?? 0) > 0.4)).not.toContain(false);
  });

  it('survives separable data without a penalty to speak of', async () => {
    const head = await logisticRegression.create({ C: 1e6 }).fit(toy, fitOptions);
    const { data } = applyActivation(head.logits(toy.embeddings), head.activation);
    expect(data.every((score) => score < 1e-2 || score > 0.99)).toBe(true);
  });

  it('says that it did not converge when iterations run out', async () => {
    const head = await logisticRegression.create({ maximumIterations: 1, C: 100 }).fit(toy, fitOptions);
    expect(head.toState().settings).toMatchObject({ converged: false, iterations: 1 });
  });

  it('reports falling losses and progress', async () => {
    const progress: Progress[] = [];
    const options: FitOptions = { ...fitOptions, onProgress: (entry) => progress.push(entry) };
    const head = await logisticRegression.create({ C: 100 }).fit(toy, options);
    const losses = head.history.map(({ figures }) => figures['loss'] ?? Number.NaN);
    expect(losses.length).toBeGreaterThan(2);
    expect(losses.every((loss, index) => index === 0 || loss <= (losses[index - 1] ?? 0))).toBe(true);
    expect(progress.at(-1)).toMatchObject({ phase: 'fitting', unit: 'iterations', done: head.history.length });
  });

  it('can be aborted while it runs', async () => {
    const controller = new AbortController();
    const options = {
      ...fitOptions,
      signal: controller.signal,
      onProgress: (): void => {
        controller.abort();
      },
    };
    await expect(logisticRegression.create({ C: 1e6 }).fit(toy, options)).rejects.toSatisfy((error) =>
      hasErrorCode(error, 'ABORTED'),
    );
  });
});

describe('options', () => {
  it.each<JsonObject>([
    { C: 0 },
    { C: '1' },
    { C: -1 },
    { classWeight: 'heavy' },
    { classWeight: { a: 0 } },
    { classWeight: [1] },
    { fitIntercept: 1 },
    { multiClass: 'ovo' },
    { maximumIterations: 1.5 },
    { tolerance: 0 },
    { c: 1 },
  ])('refuses %j', (options) => {
    expect(() => logisticRegression.create(options)).toThrow(
      expect.toSatisfy((error) => hasErrorCode(error, 'INVALID_ARGUMENT')),
    );
  });
});

it('one-vs-rest asks one question where a third class counts for nothing', async () => {
  const { embeddings } = toy;
  const classes = Array.from({ length: embeddings.rows }, (_, row) => toyClass(row));
  const examples = withLabels(['a', 'b', 'c'], classes);
  const sampleWeights = Float64Array.from(classes, (label) => (label === 2 ? 0 : 1));
  const fit = async (multiClass: string) => {
    const head = await logisticRegression.create({ multiClass }).fit({ ...examples, sampleWeights }, fitOptions);
    return applyActivation(head.logits(embeddings), head.activation).data;
  };
  expect(largestDifference(await fit('one-vs-rest'), await fit('multinomial'))).toBeLessThan(1e-6);
});
