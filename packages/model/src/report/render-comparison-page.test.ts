import { describe, expect, it } from 'vitest';
import { renderComparisonPage, type ComparedSet } from './render-comparison-page.ts';

const set = (name: string): ComparedSet => ({
  name,
  rows: 1200,
  labels: 4,
  baseline: [0.1, 0.25],
  figures: [
    [
      { value: 0.5, low: 0.45, high: 0.55 },
      { value: 0.6, low: 0.5, high: 0.7 },
    ],
    [
      { value: 0.75, low: 0.7, high: 0.8 },
      { value: 0.8, low: 0.75, high: 0.85 },
    ],
  ],
});

const input = {
  title: 'A comparison',
  variants: [
    { name: 'plain', description: 'embedding', textsPerSecond: 300 },
    { name: '<b>nli</b>', description: 'nli, ./model', textsPerSecond: 12.5 },
  ],
  figureNames: ['macro F1', 'accuracy'],
  mean: { ...set('Mean'), rows: undefined, labels: undefined },
};

describe('renderComparisonPage', () => {
  it('draws a chart a set and one of the means, with every figure in words', () => {
    const page = renderComparisonPage({ ...input, sets: [set('news'), set('intents')] });
    const labels = [...page.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label ?? '');
    expect(labels.map((label) => label.split(':')[0])).toEqual(
      ['Mean', 'news', 'intents'].map((at) => `macro F1 on ${at}`),
    );
    expect(labels[1]).toContain('plain 0.500, 95 % from 0.450 to 0.550');
    expect(page).toContain('1,200 texts, 4 labels');
    expect(page).toContain('0.800 [0.750, 0.850]');
  });

  it('leaves out the mean of a single set, escapes names and has no scripts', () => {
    const page = renderComparisonPage({ ...input, sets: [set('<i>')] });
    expect(page.match(/<svg /g)).toHaveLength(1);
    expect(page).not.toMatch(/<script|<i>|<b>nli/);
  });
});
