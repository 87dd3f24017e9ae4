import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandomGenerator } from '@polyhead/numerics';
import type { LabeledTexts } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { assertFewShotExamples } from './assert-few-shot-examples.ts';
import { joinExamples } from './join-examples.ts';
import { samplePerClass } from './sample-per-class.ts';
import { templatedExamples } from './templated-examples.ts';

interface GoldenTemplates {
  readonly cases: readonly {
    readonly options: {
      readonly candidate_labels: readonly string[];
      readonly sample_size?: number;
      readonly template?: string;
      readonly multi_label?: boolean;
    };
    readonly starting_from?: readonly { readonly text: string; readonly label: number }[];
    readonly rows: readonly { readonly text: string; readonly label: number | readonly number[] }[];
  }[];
  readonly sample_dataset: {
    readonly labels: readonly number[];
    readonly num_samples: number;
    readonly counts: Readonly<Record<string, number>>;
  };
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../golden/setfit-templated.json'), 'utf8'),
) as GoldenTemplates;

function rowsOf({ texts, targets }: LabeledTexts): GoldenTemplates['cases'][number]['rows'] {
  if (targets.task === 'regression') return [];
  const { labels } = targets;
  return texts.map((text, row) => ({
    text,
    label:
      targets.task === 'single-label'
        ? (targets.classIndices[row] ?? -1)
        : [...targets.indicators.subarray(row * labels.length, (row + 1) * labels.length)],
  }));
}

describe('as the Python library makes them', () => {
  it.each(golden.cases)('templated examples of $options.candidate_labels', ({ options, starting_from: real, rows }) => {
    const task = options.multi_label === true ? ('multi-label' as const) : ('single-label' as const);
    const labels = options.candidate_labels;
    // The library's default is two examples a label.
    const made = templatedExamples({ task, labels }, { template: options.template, count: options.sample_size ?? 2 });
    if (real === undefined) {
      expect(rowsOf(made)).toEqual(rows);
      return;
    }
    const classIndices = Int32Array.from(real, ({ label }) => label);
    const first: LabeledTexts = {
      texts: real.map(({ text }) => text),
      targets: { task: 'single-label', labels, classIndices },
    };
    expect(rowsOf(joinExamples(first, made))).toEqual(rows);
  });

  it('counts of a sample', () => {
    const { labels, num_samples: count, counts } = golden.sample_dataset;
    const classIndices = Int32Array.from(labels);
    const rows = samplePerClass(
      { task: 'single-label', labels: ['0', '1', '2'], classIndices },
      { count, random: createRandomGenerator(1) },
    );
    const found = Object.keys(counts).map((label) => [
      label,
      rows.filter((row) => classIndices[row] === Number(label)).length,
    ]);
    expect(Object.fromEntries(found)).toEqual(counts);
  });
});

it('writes underscores of labels as spaces', () => {
  const { texts } = templatedExamples({ task: 'single-label', labels: ['card_arrival'] }, { count: 1 });
  expect(texts).toEqual(['This sentence is card arrival']);
});

it.each(['no place', '{} and {}'])('refuses the template "%s"', (template) => {
  expect(() => templatedExamples({ task: 'single-label', labels: ['a'] }, { template })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

it('does not join examples of different labels', () => {
  const [one, other] = [
    ['a', 'b'],
    ['a', 'c'],
  ].map((labels) => templatedExamples({ task: 'single-label', labels }));
  if (one === undefined || other === undefined) throw new TypeError('expected two');
  expect(() => joinExamples(one, other)).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
});

describe('assertFewShotExamples', () => {
  const labels = ['x', 'y'];
  const examples = (...rows: readonly (readonly [string, number])[]): LabeledTexts => ({
    texts: rows.map(([text]) => text),
    targets: { task: 'single-label', labels, classIndices: Int32Array.from(rows, ([, label]) => label) },
  });

  it('accepts two texts of each of two labels', () => {
    expect(() => assertFewShotExamples(examples(['a', 0], ['b', 0], ['c', 1], ['d', 1]), 'rows')).not.toThrow();
  });

  it.each([
    ['TOO_FEW_CLASSES', examples(['a', 0], ['b', 0]), '"x"'],
    ['TOO_FEW_EXAMPLES', examples(['a', 0], ['b', 0], ['c', 1]), '"y"'],
    ['INVALID_TEXT', examples(['a', 0], [' ', 0], ['c', 1], ['d', 1]), 'Text 2'],
    ['CONFLICTING_LABELS', examples(['a', 0], ['b', 0], ['A ', 1], ['d', 1]), 'x in one row and y'],
    [
      'TASK_UNSUPPORTED',
      { texts: ['a'], targets: { task: 'regression', labels: ['n'], values: Float64Array.of(1) } },
      'numbers',
    ],
  ] as const)('%s', (code, rows, words) => {
    expect(() => assertFewShotExamples(rows, 'rows')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) as string }),
    );
  });

  const tags = (...rows: readonly (readonly [string, number, number])[]): LabeledTexts => ({
    texts: rows.map(([text]) => text),
    targets: { task: 'multi-label', labels, indicators: Uint8Array.from(rows.flatMap(([, x, y]) => [x, y])) },
  });

  it('counts every label of multi-label examples, and takes texts without any', () => {
    const right = [['a', 1, 1], ['b', 1, 0], ['c', 0, 1], ['d', 0, 0]] as const; // prettier-ignore
    expect(() => assertFewShotExamples(tags(...right), 'rows')).not.toThrow();
    expect(() => assertFewShotExamples(tags(...right, ['A', 1, 1]), 'rows')).not.toThrow();
  });

  it.each([
    ['CONFLICTING_LABELS', tags(['a', 1, 1], ['b', 1, 1], ['a', 0, 0]), 'the label x, y in one row and none'],
    ['CONFLICTING_LABELS', tags(['a', 0, 0], ['b', 1, 1], ['a', 1, 1]), 'no label in one row and x, y in another'],
    ['TOO_FEW_EXAMPLES', tags(['a', 1, 0], ['b', 1, 0]), 'no text with the label "y"'],
    ['TOO_FEW_EXAMPLES', tags(['a', 1, 0], ['b', 0, 1]), 'only one text with the labels "x", "y"'],
    ['TOO_FEW_CLASSES', tags(['a', 0, 0]), 'no example of any label'],
  ] as const)('%s in multi-label examples: %s', (code, rows, words) => {
    expect(() => assertFewShotExamples(rows, 'rows')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) as string }),
    );
  });
});

describe('joinExamples', () => {
  it('joins multi-label examples and numbers', () => {
    const tags = templatedExamples({ task: 'multi-label', labels: ['a', 'b'] }, { count: 1 });
    expect(joinExamples(tags, tags).targets).toMatchObject({ indicators: Uint8Array.of(1, 0, 0, 1, 1, 0, 0, 1) });
    const number: LabeledTexts = {
      texts: ['one'],
      targets: { task: 'regression', labels: ['n'], values: Float64Array.of(1) },
    };
    expect(joinExamples(number, number)).toMatchObject({
      texts: ['one', 'one'],
      targets: { values: Float64Array.of(1, 1) },
    });
  });

  it('does not join tasks', () => {
    const [one, other] = (['single-label', 'multi-label'] as const).map((task) =>
      templatedExamples({ task, labels: ['a'] }),
    );
    if (one === undefined || other === undefined) throw new TypeError('expected two');
    expect(() => joinExamples(one, other)).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
  });
});

it.each([0, 1.5, Number.NaN])('refuses to make %s examples a label', (count) => {
  expect(() => templatedExamples({ task: 'single-label', labels: ['a'] }, { count })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

it('takes "$&" in labels as it is', () => {
  expect(templatedExamples({ task: 'single-label', labels: ['$&'] }, { count: 1 }).texts).toEqual([
    'This sentence is $&',
  ]);
});
