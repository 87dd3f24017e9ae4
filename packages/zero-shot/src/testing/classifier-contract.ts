import type { Progress, ZeroShotClassifier, ZeroShotInput, ZeroShotOptions, ZeroShotPrediction } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const texts = ['The team won the match.', 'Stocks fell sharply.', 'I love this phone.'];
const labels = ['sports', 'business', 'health'];
const long = 'The match ended in a draw. '.repeat(120);

interface BadCall {
  readonly name: string;
  readonly input: readonly (string | ZeroShotInput)[];
  readonly options: ZeroShotOptions;
  readonly code: string;
  /** Part of the message. */
  readonly text: string;
}

const badCalls: readonly BadCall[] = [
  { name: 'no labels', input: texts, options: {}, code: 'INVALID_ARGUMENT', text: 'There are no labels.' },
  {
    name: 'an empty list of labels',
    input: texts,
    options: { labels: [] },
    code: 'INVALID_ARGUMENT',
    text: 'There are no labels.',
  },
  {
    name: 'no labels for one text',
    input: [{ text: 'a', labels }, 'b'],
    options: {},
    code: 'INVALID_ARGUMENT',
    text: 'Text 1: There are no labels.',
  },
  {
    name: 'an empty label',
    input: texts,
    options: { labels: ['a', ''] },
    code: 'INVALID_ARGUMENT',
    text: 'Label 1 is "".',
  },
  {
    name: 'a label twice',
    input: texts,
    options: { labels: 'a,b,a' },
    code: 'INVALID_ARGUMENT',
    text: 'The label "a" occurs twice.',
  },
  {
    name: 'a template without {}',
    input: texts,
    options: { labels, templates: 'x' },
    code: 'INVALID_ARGUMENT',
    text: 'The template "x" has no {}.',
  },
  {
    name: 'a threshold above 1',
    input: texts,
    options: { labels, threshold: 2 },
    code: 'INVALID_ARGUMENT',
    text: 'The threshold is 2.',
  },
  {
    name: 'a label that is longer than the model reads',
    input: texts,
    options: { labels: ['sports', 'match '.repeat(600)] },
    code: 'TEXT_TOO_LONG',
    text: 'match match',
  },
  { name: 'topK of 0', input: texts, options: { labels, topK: 0 }, code: 'INVALID_ARGUMENT', text: 'topK is 0' },
  {
    name: 'a text that is none',
    input: [1 as never],
    options: { labels },
    code: 'INVALID_TEXT',
    text: 'Text 0 is of type number, not a string.',
  },
  {
    name: 'half an emoji',
    input: ['a', '\ud83d'],
    options: { labels },
    code: 'INVALID_TEXT',
    text: 'Text 1 is not well-formed Unicode: half of a surrogate pair stands alone at position 0.',
  },
  {
    name: 'a signal that is aborted',
    input: texts,
    options: { labels, signal: AbortSignal.abort() },
    code: 'ABORTED',
    text: 'stopped',
  },
];

async function collect(stream: AsyncIterable<ZeroShotPrediction>): Promise<ZeroShotPrediction[]> {
  const all: ZeroShotPrediction[] = [];
  for await (const prediction of stream) all.push(prediction);
  return all;
}

function scoresOf(prediction: ZeroShotPrediction | undefined): Record<string, number> {
  return Object.fromEntries(prediction?.scores.map(({ label, score }) => [label, score]) ?? []);
}

function expectSameScores(actual: Record<string, number>, expected: Record<string, number>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [label, score] of Object.entries(expected)) expect(actual[label]).toBeCloseTo(score, 4);
}

/**
 * What every method promises.
 * @param create makes a classifier that keeps nothing of others; it is released at the end
 */
export function describeZeroShotClassifier(name: string, create: () => Promise<ZeroShotClassifier>): void {
  describe(`${name} as a zero-shot classifier`, () => {
    let classifier: ZeroShotClassifier;
    beforeAll(async () => {
      classifier = await create();
    });
    afterAll(() => classifier.release());

    it('gives probabilities over the labels, best first, and chooses the best', async () => {
      const predictions = await classifier.classify(texts, { labels });
      expect(predictions.map(({ text }) => text)).toEqual(texts);
      for (const { scores, labels: chosen, method, truncated, tokenCount } of predictions) {
        expect(scores.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 9);
        expect(scores.map(({ score }) => score)).toEqual(scores.map(({ score }) => score).sort((a, b) => b - a));
        expect(chosen).toEqual([scores[0]?.label]);
        expect(method).toBe(classifier.method);
        expect([truncated, tokenCount > 3]).toEqual([false, true]);
      }
    });

    it('does not depend on the order of labels, nor on the other texts', async () => {
      const [prediction] = await classifier.classify(texts, { labels });
      const [alone] = await classifier.classify(texts.slice(0, 1), { labels: labels.toReversed() });
      expectSameScores(scoresOf(alone), scoresOf(prediction));
    });

    it('scores each label by itself for multi-label, and a single one always so', async () => {
      const [all] = await classifier.classify(texts, { labels, multiLabel: true });
      const [less] = await classifier.classify(texts, { labels: labels.slice(0, 2), multiLabel: true });
      const [single] = await classifier.classify(texts, { labels: labels.slice(0, 1) });
      const expected = scoresOf(all);
      expectSameScores({ ...expected, ...scoresOf(less) }, expected);
      expectSameScores({ ...expected, ...scoresOf(single) }, expected);
      for (const score of Object.values(expected)) expect(score > 0 && score < 1).toBe(true);
      expect(all?.labels).toEqual(all?.scores.filter(({ score }) => score >= 0.5).map(({ label }) => label));
    });

    it('abstains below the threshold and lists only the best labels', async () => {
      const [prediction] = await classifier.classify(texts, { labels, threshold: 1, topK: 2 });
      expect(prediction?.labels).toEqual([]);
      expect(prediction?.scores).toHaveLength(2);
      const all = await classifier.classify(texts, { labels, multiLabel: true, threshold: 0 });
      expect(all[0]?.labels).toHaveLength(3);
    });

    it('takes labels and templates of a text or of a label', async () => {
      const inputs = [
        { text: texts[0] ?? '', labels: 'x,y' },
        texts[0] ?? '',
        { text: texts[0] ?? '', templates: '{}!' },
      ];
      const [own, common, changed] = await classifier.classify(inputs, { labels });
      expect(Object.keys(scoresOf(own)).sort()).toEqual(['x', 'y']);
      const described = labels.map((label) => ({ label, templates: '{}!' }));
      const [same] = await classifier.classify(texts, { labels: described });
      expectSameScores(scoresOf(same), scoresOf(changed));
      expect(scoresOf(common)).not.toEqual(scoresOf(changed));
      const sentences = labels.map((label) => ({ label, descriptions: [`${label}!`] }));
      expectSameScores(scoresOf((await classifier.classify(texts, { labels: sentences }))[0]), scoresOf(changed));
    });

    it('says that a long text was cut, or cuts nothing', async () => {
      const [cut, short] = await classifier.classify([long, 'The match.'], { labels });
      expect([cut?.truncated, short?.truncated]).toEqual([true, false]);
      expect(cut?.tokenCount).toBeGreaterThan(500);
      const [whole] = await classifier.classify([long], { labels, longText: 'windows' });
      expect(whole?.truncated).toBe(false);
      expect(whole?.tokenCount).toBe(cut?.tokenCount);
    });

    it('streams what it classifies, in order, and takes no more than it needs', async () => {
      const options = { labels, templates: 'It is {}.' };
      const expected = await classifier.classify(texts, options);
      const streamed = await collect(classifier.classifyStream(texts, options));
      streamed.forEach((prediction, index) => expectSameScores(scoresOf(prediction), scoresOf(expected[index])));
      expect(streamed.map(({ text }) => text)).toEqual(texts);
      let taken = 0;
      const endless = function* (): Generator<string> {
        for (;;) yield texts[taken++ % texts.length] ?? '';
      };
      for await (const prediction of classifier.classifyStream(endless(), options)) {
        if (prediction.text === texts[2]) break;
      }
      expect(taken).toBeLessThan(5000);
    });

    it('takes no texts and empty texts, and reports progress to the end', async () => {
      expect(await classifier.classify([], { labels })).toEqual([]);
      expect(await collect(classifier.classifyStream([], { labels }))).toEqual([]);
      const reports: Progress[] = [];
      const [empty] = await classifier.classify(['', ' ', 'a'], {
        labels,
        onProgress: (report) => reports.push(report),
      });
      expect(empty?.scores).toHaveLength(3);
      expect(reports.at(-1)).toMatchObject({ done: 3, total: 3, unit: 'texts' });
    });

    it.each(badCalls)('refuses $name', async ({ input, options, code, text }) => {
      const refusal = { code, message: expect.stringContaining(text) as unknown };
      await expect(classifier.classify(input, options)).rejects.toMatchObject(refusal);
      await expect((async () => collect(classifier.classifyStream(input, options)))()).rejects.toMatchObject(refusal);
    });
  });
}
