import type { LabeledTexts } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { onlyGroup, toEmotionCase, toSourceCase } from './groups.ts';

const emotions: LabeledTexts = {
  texts: ['a', 'b', 'c'],
  targets: {
    task: 'multi-label',
    labels: ['anger', 'joy', 'neutral'],
    indicators: Uint8Array.of(0, 1, 0, 1, 1, 0, 0, 0, 1),
  },
};
const intents: LabeledTexts = {
  texts: ['d', 'e'],
  targets: { task: 'single-label', labels: ['x', 'y'], classIndices: Int32Array.of(1, 0) },
};

describe('toEmotionCase', () => {
  it('leaves rows without sentiment where emotions disagree', () => {
    const { train, groups } = toEmotionCase({ train: emotions, validation: emotions, test: emotions });
    expect(train.heads['sentiment']).toMatchObject({
      rows: Int32Array.of(0, 2),
      targets: { classIndices: Int32Array.of(0, 3) },
    });
    expect(train.heads['valence']).toMatchObject({ targets: { values: Float64Array.of(1, 0, 0) } });
    expect(groups.get('sentiment')?.test.texts).toEqual(['a', 'c']);
    expect([...groups.keys()]).toEqual(Object.keys(train.heads));
  });
});

describe('toSourceCase', () => {
  it('gives each row the label of its set only', () => {
    const splits = { train: intents, test: intents };
    const { train } = toSourceCase(new Map([['first', splits], ['second', splits]])); // prettier-ignore
    expect(train.texts).toEqual(['d', 'e', 'd', 'e']);
    expect(train.sources).toEqual([0, 0, 1, 1]);
    expect(train.heads['second']?.rows).toEqual(Int32Array.of(2, 3));
    expect(Object.keys(onlyGroup(train, 'first').heads)).toEqual(['first']);
  });
});
