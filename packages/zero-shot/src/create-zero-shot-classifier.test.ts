import { loadEncoder } from '@polyhead/backbone';
import { describe, expect, it } from 'vitest';
import { createZeroShotClassifier, type CreateZeroShotClassifierOptions } from './create-zero-shot-classifier.ts';
import { loadGoldenModel } from './testing/golden.ts';

describe('createZeroShotClassifier', () => {
  it('works with nothing but labels, and says which method it took', async () => {
    const messages: string[] = [];
    const logger = {
      info: (message: string) => messages.push(message),
      warn: (message: string) => messages.push(message),
    };
    const classifier = await createZeroShotClassifier({ logger });
    expect(classifier.method).toBe('cascade');
    expect(messages).toEqual([expect.stringContaining('Method: cascade')]);
    const predictions = await classifier.classify(
      ['Where is my parcel?', 'My invoice names the wrong company.', 'I want my money back.'],
      { labels: 'billing, shipping, refund' },
    );
    expect(predictions.map(({ labels }) => labels[0])).toEqual(['shipping', 'billing', 'refund']);
    await classifier.release();
    await expect(classifier.classify(['a'], { labels: 'b' })).rejects.toMatchObject({ code: 'SESSION_RELEASED' });
  });

  it("takes the method that a model of one's own is for", async () => {
    const [model, encoder] = await Promise.all([loadGoldenModel('bert-3'), loadEncoder('all-MiniLM-L6-v2')]);
    const request = { labels: 'a, b, c' };
    const [auto, nli] = await Promise.all([
      createZeroShotClassifier({ model }),
      createZeroShotClassifier({ model, method: 'nli' }),
    ]);
    expect(auto.method).toBe('nli');
    expect(await auto.classify(['text'], request)).toEqual(await nli.classify(['text'], request));
    expect((await createZeroShotClassifier({ encoder })).method).toBe('embedding');
    await Promise.all([model.release(), encoder.release()]);
  });

  it('leaves models that it was given to their owner', async () => {
    const [model, encoder] = await Promise.all([loadGoldenModel('deberta-2'), loadEncoder('all-MiniLM-L6-v2')]);
    const classifier = await createZeroShotClassifier({ model, encoder });
    expect(classifier.method).toBe('cascade');
    await classifier.release();
    await expect(classifier.classify(['a'], { labels: 'b' })).rejects.toMatchObject({ code: 'SESSION_RELEASED' });
    expect((await encoder.encode(['a'])).rows).toBe(1);
    expect((await model.logits([{ first: 'a', second: 'b' }])).rows).toBe(1);
    await Promise.all([model.release(), encoder.release()]);
  });

  it('knows by the bundled model of inference what similarity does not', async () => {
    const classifier = await createZeroShotClassifier({ method: 'nli' });
    const texts = ['I never want to see this film again.', 'What a wonderful evening at the cinema!'];
    const request = { labels: 'negative, positive', templates: 'The sentiment of this text is {}.' };
    const predictions = await classifier.classify(texts, request);
    expect(predictions.map(({ labels }) => labels[0])).toEqual(['negative', 'positive']);
    await classifier.release();
  });

  it.each<[CreateZeroShotClassifierOptions, string, string]>([
    [{ method: 'guess' as never }, 'INVALID_ARGUMENT', 'There is no method "guess".'],
    [{ method: 'nli', model: './no-such-folder' }, 'FILE_NOT_FOUND', 'no-such-folder'],
    [
      { method: 'nli', nli: { windowPooling: 'most' as never } },
      'INVALID_ARGUMENT',
      'no pooling over windows named "most"',
    ],
    [{ method: 'embedding', embedding: { temperature: -1 } }, 'INVALID_ARGUMENT', 'The temperature is -1'],
  ])('refuses %j', async (options, code, text) => {
    const message = expect.stringContaining(text) as unknown;
    await expect(createZeroShotClassifier(options)).rejects.toMatchObject({ code, message });
  });
});
