import type { Prediction } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { toPredictionJson } from './prediction-json.ts';

const prediction: Prediction = {
  heads: {
    intent: { task: 'single-label', label: 'refund', score: 0.75, scores: [{ score: 0.75, label: 'refund' }] },
    emotion: {
      task: 'multi-label',
      labels: ['anger'],
      scores: [
        { threshold: 0.3, score: 0.5, label: 'anger' },
        { label: 'joy', score: 0.1, threshold: 0.4 },
      ],
    },
    stars: { task: 'regression', value: 1.5 },
  },
  tokenCount: 300,
  truncated: true,
  text: 'Give me my money back.',
};

describe('toPredictionJson', () => {
  it('writes every task in snake_case and in a fixed order', () => {
    expect(JSON.stringify(toPredictionJson(prediction))).toBe(
      '{"text":"Give me my money back.","truncated":true,"token_count":300,"heads":{' +
        '"intent":{"task":"single-label","label":"refund","score":0.75,"scores":[{"label":"refund","score":0.75}]},' +
        '"emotion":{"task":"multi-label","labels":["anger"],"scores":[' +
        '{"label":"anger","score":0.5,"threshold":0.3},{"label":"joy","score":0.1,"threshold":0.4}]},' +
        '"stars":{"task":"regression","value":1.5}}}',
    );
  });

  it('adds the names of labels where a head has some, and keeps the labels', () => {
    const named = [
      { name: 'intent', displayNames: { refund: 'Money back' } },
      { name: 'emotion', displayNames: { anger: 'Anger!' } },
      { name: 'stars', displayNames: { stars: 'Stars' } },
    ];
    const { heads } = toPredictionJson(prediction, named);
    expect(JSON.stringify(heads)).toBe(
      '{"intent":{"task":"single-label","label":"refund","display_name":"Money back","score":0.75,' +
        '"scores":[{"label":"refund","display_name":"Money back","score":0.75}]},' +
        '"emotion":{"task":"multi-label","labels":["anger"],"display_names":["Anger!"],"scores":[' +
        '{"label":"anger","display_name":"Anger!","score":0.5,"threshold":0.3},' +
        '{"label":"joy","display_name":"joy","score":0.1,"threshold":0.4}]},' +
        '"stars":{"task":"regression","value":1.5}}',
    );
    const unsure = { intent: { task: 'single-label', label: null, score: 0.3, scores: [] } } as const;
    expect(toPredictionJson({ ...prediction, heads: unsure }, named).heads['intent']).toMatchObject({
      label: null,
      display_name: null,
    });
    const other = [{ name: 'other', displayNames: { refund: 'Money back' } }];
    expect(toPredictionJson(prediction, other)).toEqual(toPredictionJson(prediction));
  });

  it('has no label where a head abstains', () => {
    const heads = { intent: { task: 'single-label', label: null, score: 0.3, scores: [] } } as const;
    expect(toPredictionJson({ ...prediction, heads }).heads).toEqual(heads);
  });

  it('keeps the order of the heads', () => {
    expect(Object.keys(toPredictionJson(prediction).heads)).toEqual(['intent', 'emotion', 'stars']);
  });
});
