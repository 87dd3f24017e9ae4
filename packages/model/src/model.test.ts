import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasErrorCode } from '@polyhead/types';
import { applyActivation, scoreLogits } from '@polyhead/heads';
import { loadModel } from './load-model.ts';
import type { Model } from './model.ts';
import { saveModel } from './save-model.ts';
import { createFakeEncoder, type FakeEncoder } from './testing/fake-encoder.ts';
import { createFakeHead, fakeRegistry } from './testing/fake-head.ts';
import { createEmotionHead, createIntentHead, withFolder } from './testing/saved-models.ts';

async function withModel(use: (model: Model, encoder: FakeEncoder) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const encoder = createFakeEncoder();
    const stars = { name: 'stars', fitted: createFakeHead({ task: 'regression', labels: ['stars'] }) };
    await saveModel(join(folder, 'm'), { encoder, heads: [createIntentHead(), createEmotionHead(), stars] });
    await use(await loadModel(join(folder, 'm'), { encoder, registry: fakeRegistry }), encoder);
  });
}

const texts = Array.from({ length: 40 }, (_, index) => `text number ${index} ${'x'.repeat(index % 30)}`);

describe('predict', () => {
  it('answers with every head from one encoder pass', async () => {
    await withModel(async (model, encoder) => {
      const predictions = await model.predict(texts);
      expect(encoder.calls).toEqual([texts]);
      expect(predictions.map(({ text }) => text)).toEqual(texts);
      expect(Object.keys(predictions[0]?.heads ?? {})).toEqual(['intent', 'emotion', 'stars']);
      expect(predictions.map(({ truncated }) => truncated)).toEqual(texts.map((text) => text.length > 20));
      expect(predictions[3]?.tokenCount).toBe(texts[3]?.length);
    });
  });

  it('gives the scores of the heads, best first', async () => {
    await withModel(async (model, encoder) => {
      const head = createIntentHead().fitted;
      const expected = applyActivation(head.logits(await encoder.encode(texts)), 'softmax');
      const predictions = await model.predict(texts, { heads: ['intent'] });
      predictions.forEach(({ heads }, row) => {
        const prediction = heads['intent'];
        if (prediction?.task !== 'single-label') throw new TypeError('wrong task');
        const scores = prediction.scores.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((left, right) => right - left));
        expect(prediction.label).toBe(prediction.scores[0]?.label);
        for (const { label, score } of prediction.scores) {
          expect(score).toBe(expected.data[row * 3 + head.labels.indexOf(label)]);
        }
      });
    });
  });

  it('holds every label of a multi-label head against its own threshold', async () => {
    await withModel(async (model) => {
      const tuned = createEmotionHead().thresholds?.tuned ?? {};
      const seen = new Set<boolean>();
      for (const { heads } of await model.predict(texts)) {
        const prediction = heads['emotion'];
        if (prediction?.task !== 'multi-label') throw new TypeError('wrong task');
        for (const { label, score, threshold } of prediction.scores) {
          expect(threshold).toBe(tuned[label]);
          expect(prediction.labels.includes(label)).toBe(score >= (tuned[label] ?? NaN));
          seen.add(score >= 0.5 === score >= threshold);
        }
      }
      // The data has labels that 0.5 would decide otherwise.
      expect(seen).toEqual(new Set([true, false]));
    });
  });

  it('lists the topK best labels without changing decisions', async () => {
    await withModel(async (model) => {
      const [all, top] = [await model.predict(texts), await model.predict(texts, { topK: 1 })];
      top.forEach(({ heads }, row) => {
        const [intent, emotion, whole] = [heads['intent'], heads['emotion'], all[row]?.heads['emotion']];
        expect(intent?.task === 'single-label' && intent.scores.length).toBe(1);
        expect(emotion?.task === 'multi-label' && emotion.labels).toEqual(
          whole?.task === 'multi-label' ? whole.labels : undefined,
        );
      });
    });
  });

  it('gives calibrated scores, and no label below what a head was trained to', async () => {
    await withFolder(async (folder) => {
      const encoder = createFakeEncoder();
      const plain = createIntentHead('plain');
      const calibration = { temperature: 3, fittedOn: 'rows' };
      const abstention = { threshold: 0.4, chosenBy: 'given' };
      const sure = { ...createIntentHead('sure'), calibration, abstention };
      await saveModel(join(folder, 'm'), { encoder, heads: [plain, sure, createEmotionHead()] });
      const model = await loadModel(join(folder, 'm'), { encoder, registry: fakeRegistry });
      expect(model.heads.get('sure')).toMatchObject({ calibration, abstention });
      const expected = scoreLogits(sure.fitted.logits(await encoder.encode(texts)), sure.fitted, 3);
      const answers = new Set<boolean>();
      for (const [row, { heads }] of (await model.predict(texts)).entries()) {
        const [before, after] = [heads['plain'], heads['sure']];
        if (before?.task !== 'single-label' || after?.task !== 'single-label') throw new TypeError('wrong task');
        expect(after.scores[0]?.label).toBe(before.label);
        expect(after.score).toBe(Math.max(...expected.data.subarray(row * 3, row * 3 + 3)));
        expect(after.label).toBe(after.score >= 0.4 ? before.label : null);
        answers.add(after.label === null);
      }
      expect(answers).toEqual(new Set([true, false]));
      const labels = async (abstainBelow: number): Promise<unknown[]> =>
        (await model.predict(texts, { abstainBelow }))
          .map(({ heads }) => heads['plain'])
          .filter((head) => head?.task === 'single-label' && head.label === null);
      expect(await labels(0)).toHaveLength(0);
      expect(await labels(1)).toHaveLength(texts.length);
      const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
      const wrong = await failure(model.predict(texts, { abstainBelow: 2 }));
      expect(hasErrorCode(wrong, 'INVALID_ARGUMENT') && wrong.message).toContain('abstainBelow');
      const several = await failure(model.predict(texts, { abstainBelow: 0.5, heads: ['emotion'] }));
      expect(hasErrorCode(several, 'TASK_UNSUPPORTED') && several.message).toContain('emotion');
    });
  });

  it('answers no texts without asking the encoder', async () => {
    await withModel(async (model, encoder) => {
      expect(await model.predict([])).toEqual([]);
      expect(encoder.calls).toEqual([]);
    });
  });

  it('streams the same answers in the same order, in bounded steps', async () => {
    await withModel(async (model) => {
      const many = Array.from({ length: 600 }, (_, index) => `stream ${index}`);
      const streamed = [];
      let taken = 0;
      let widest = 0;
      const source = function* (): Generator<string> {
        for (const text of many) {
          taken += 1;
          yield text;
        }
      };
      for await (const prediction of model.predictStream(source())) {
        streamed.push(prediction);
        widest = Math.max(widest, taken - streamed.length);
      }
      expect(streamed).toEqual(await model.predict(many));
      expect(widest).toBeLessThanOrEqual(256);
    });
  });

  it('streams nothing from nothing', async () => {
    await withModel(async (model) => {
      const answers = [];
      for await (const prediction of model.predictStream([])) answers.push(prediction);
      expect(answers).toEqual([]);
    });
  });

  it('refuses unknown heads, bad topK, aborted work and use after release', async () => {
    await withModel(async (model, encoder) => {
      const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
      const unknown = await failure(model.predict(['a'], { heads: ['intent', 'nope'] }));
      expect(hasErrorCode(unknown, 'HEAD_NOT_FOUND') && unknown.message).toContain('intent, emotion, stars');
      expect(hasErrorCode(await failure(model.predict(['a'], { topK: 0 })), 'INVALID_ARGUMENT')).toBe(true);
      expect(hasErrorCode(await failure(model.predict(['a'], { signal: AbortSignal.abort() })), 'ABORTED')).toBe(true);
      await model.release();
      await model.release();
      expect(encoder.released).toBe(false);
      expect(hasErrorCode(await failure(model.predict(['a'])), 'SESSION_RELEASED')).toBe(true);
    });
  });
});
