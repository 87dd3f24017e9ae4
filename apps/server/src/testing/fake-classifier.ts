import type { HeadPrediction, Prediction } from '@polyhead/types';
import type { Classifier, ClassifyOptions } from '../inference/classifier.ts';
import type { ModelDescription } from '../inference/model-description.ts';

/** What the fake classifier says that it serves. */
export const fakeModel: ModelDescription = {
  zeroShot: undefined,
  encoder: {
    reference: 'fake-encoder',
    digest: 'f00d',
    dimension: 4,
    maximumLength: 16,
    pooling: 'mean',
    normalized: true,
  },
  heads: [
    {
      name: 'intent',
      type: 'logistic-regression',
      task: 'single-label',
      labels: ['card', 'refund'],
      displayNames: { card: 'Card arrival' },
      thresholds: undefined,
      thresholdsTunedOn: undefined,
      temperature: 0.5,
      abstainBelow: 0.6,
      trainedAt: '2026-01-01T00:00:00.000Z',
    },
    {
      name: 'emotion',
      type: 'logistic-regression',
      task: 'multi-label',
      labels: ['anger', 'joy'],
      displayNames: undefined,
      thresholds: { anger: 0.3, joy: 0.5 },
      thresholdsTunedOn: 'f1 on validation',
      temperature: undefined,
      abstainBelow: undefined,
      trainedAt: '2026-01-01T00:00:00.000Z',
    },
    {
      name: 'stars',
      type: 'ridge',
      task: 'regression',
      labels: ['stars'],
      displayNames: undefined,
      thresholds: undefined,
      thresholdsTunedOn: undefined,
      temperature: undefined,
      abstainBelow: undefined,
      trainedAt: '2026-01-01T00:00:00.000Z',
    },
  ],
};

/** One call of `classify`. */
export interface FakeCall {
  readonly texts: readonly string[];
  readonly options: ClassifyOptions;
}

/** A classifier without a model: answers by the length of the text, and keeps the calls. */
export interface FakeClassifier extends Classifier {
  readonly calls: FakeCall[];
}

/** Makes one; what is given replaces its own parts. */
export function createFakeClassifier(replacements: Partial<Classifier> = {}): FakeClassifier {
  const calls: FakeCall[] = [];
  return {
    calls,
    state: 'ready',
    model: fakeModel,
    classify(texts, options = {}) {
      calls.push({ texts, options });
      return Promise.resolve({
        predictions: texts.map((text) => predictByLength(text, options.heads)),
        queueMilliseconds: 1.23456,
        inferenceMilliseconds: 2,
      });
    },
    close: () => Promise.resolve(),
    ...replacements,
  };
}

function predictByLength(text: string, asked: readonly string[] | undefined): Prediction {
  const score = 1 / (1 + text.length);
  const all: Record<string, HeadPrediction> = {
    intent: {
      task: 'single-label',
      label: 1 - score < 0.6 ? null : 'refund',
      score: 1 - score,
      scores: [
        { label: 'refund', score: 1 - score },
        { label: 'card', score },
      ],
    },
    emotion: { task: 'multi-label', labels: ['anger'], scores: [{ label: 'anger', score: 0.4, threshold: 0.3 }] },
    stars: { task: 'regression', value: text.length },
  };
  const heads = Object.entries(all).filter(([name]) => asked?.includes(name) ?? true);
  return { text, truncated: text.length > 16, tokenCount: text.length, heads: Object.fromEntries(heads) };
}
