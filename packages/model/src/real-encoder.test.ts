import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEncoder, type LoadedEncoder } from '@polyhead/backbone';
import { headTypes } from '@polyhead/heads';
import { createRandomGenerator } from '@polyhead/numerics';
import { createSession } from '@polyhead/runtime';
import { hasErrorCode, type FittedHead, type Targets } from '@polyhead/types';
import { addHeadsToModel } from './change-model.ts';
import { exportOnnx } from './export/export-onnx.ts';
import { loadModel, loadModelHeads } from './load-model.ts';
import { saveModel } from './save-model.ts';
import { digestsOf, readJsonFile, withFolder } from './testing/saved-models.ts';

const texts = ['The food was great.', 'Terrible food.', 'My train was late.', 'A wonderful journey by train.'];
const unseen = ['A great meal.', 'The bus never came.', ''];
let encoder: LoadedEncoder;

beforeAll(async () => {
  encoder = await loadEncoder('minilm');
});

afterAll(() => encoder.release());

async function fit(type: string, targets: Targets): Promise<FittedHead> {
  const embeddings = await encoder.encode(texts);
  const random = createRandomGenerator(1);
  return headTypes.get(type).create().fit({ embeddings, targets }, { random });
}

function topic(type = 'logistic-regression'): Promise<FittedHead> {
  return fit(type, { task: 'single-label', labels: ['food', 'travel'], classIndices: Int32Array.of(0, 0, 1, 1) });
}

function tone(): Promise<FittedHead> {
  const indicators = Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 0);
  return fit('logistic-regression', { task: 'multi-label', labels: ['good', 'bad'], indicators });
}

describe('with the bundled encoder', () => {
  it('a referenced model finds its encoder again and predicts as before it was saved', async () => {
    await withFolder(async (folder) => {
      const fitted = await topic();
      await saveModel(folder, { encoder, heads: [{ name: 'topic', fitted }] });
      const model = await loadModel(folder);
      const loaded = await model.predict(unseen);
      expect(model.manifest.encoder).toMatchObject({ reference: 'all-MiniLM-L6-v2', storage: 'referenced' });
      expect(model.manifest.encoder.license).toContain('Apache');
      const embeddings = await encoder.encode(unseen);
      expect(fitted.logits(embeddings).data).toEqual(model.heads.get('topic')?.fitted.logits(embeddings).data);
      expect(loaded.map(({ heads }) => heads['topic']?.task === 'single-label' && heads['topic'].label)).toEqual([
        'food',
        'travel',
        expect.any(String),
      ]);
      await model.release();
    });
  });

  it('an option that the caller got wrong is not blamed on the model', async () => {
    await withFolder(async (folder) => {
      await saveModel(folder, { encoder, heads: [{ name: 'topic', fitted: await topic() }] });
      await expect(loadModel(folder, { threads: 0 })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^The number of threads is 0/) as string,
      });
    });
  });

  it('a self-contained model works without the original, also after a head was added', async () => {
    await withFolder(async (folder) => {
      const [first, second] = [join(folder, 'first'), join(folder, 'second')];
      await saveModel(first, { encoder, heads: [{ name: 'topic', fitted: await topic() }], selfContained: true });
      await cp(first, second, { recursive: true });
      await rm(first, { recursive: true });
      const before = await digestsOf(second);
      await addHeadsToModel(second, { heads: [{ name: 'tone', fitted: await tone() }] });
      const after = await digestsOf(second);
      const encoderFiles = Object.keys(before).filter((name) => name.startsWith('encoder/'));
      expect(encoderFiles.length).toBeGreaterThan(4);
      for (const name of [...encoderFiles, 'heads/topic.safetensors']) expect(after[name]).toBe(before[name]);
      const model = await loadModel(second);
      expect(model.encoder.description.digest).toBe(encoder.description.digest);
      const [prediction] = await model.predict(unseen);
      expect(Object.keys(prediction?.heads ?? {})).toEqual(['topic', 'tone']);
      await model.release();
      const file = join(second, 'encoder', 'tokenizer.json');
      const tokenizer = await readFile(file, 'utf8');
      await writeFile(
        file,
        tokenizer.replace(/("max_input_chars_per_word": ?)100/, (_, name: string) => `${name}99`),
      );
      expect(await readFile(file, 'utf8')).not.toBe(tokenizer);
      const error: unknown = await loadModel(second).catch((reason: unknown) => reason);
      expect(hasErrorCode(error, 'MODEL_ENCODER_MISMATCH')).toBe(true);
    });
  });

  it('keeps its own encoder with other settings, unless the files are no longer those that the heads were trained on', async () => {
    await withFolder(async (folder) => {
      const directory = join(folder, 'model');
      const fitted = await topic();
      await saveModel(directory, { encoder, heads: [{ name: 'topic', fitted }], selfContained: true });
      const { license } = (await loadModelHeads(directory)).manifest.encoder;
      const short = await loadEncoder(directory, { maximumLength: 16 });
      await mkdir(join(directory, 'adapters'));
      await writeFile(join(directory, 'adapters', 'matrices'), 'thin');
      await saveModel(directory, { encoder: short, heads: [{ name: 'short', fitted }] });
      const model = await loadModel(directory);
      expect(model.manifest.encoder).toMatchObject({ reference: 'all-MiniLM-L6-v2', storage: 'copied', license });
      expect(model.encoder.description).toMatchObject({ maximumLength: 16, digest: short.description.digest });
      await model.release();
      expect(await readFile(join(directory, 'adapters', 'matrices'), 'utf8')).toBe('thin');
      // Another training replaces the encoder after this one was loaded.
      const shorter = await loadEncoder(directory, { maximumLength: 8 });
      const settings = join(directory, 'encoder', 'config.json');
      await writeFile(settings, `${await readFile(settings, 'utf8')}\n`);
      const before = await digestsOf(directory);
      await expect(
        saveModel(directory, { encoder: shorter, heads: [{ name: 'shorter', fitted }] }),
      ).rejects.toMatchObject({ code: 'MODEL_ENCODER_MISMATCH' });
      expect(await digestsOf(directory)).toEqual(before);
      await Promise.all([short.release(), shorter.release()]);
    });
  });

  it('exports from tokens to the scores of every head, with the same results', async () => {
    await withFolder(async (folder) => {
      await saveModel(join(folder, 'model'), {
        encoder,
        heads: [
          { name: 'topic', fitted: await topic() },
          { name: 'tone', fitted: await tone() },
          { name: 'svm', fitted: await topic('linear-svm') },
        ],
      });
      const model = await loadModel(join(folder, 'model'));
      const out = join(folder, 'onnx');
      const { files } = await exportOnnx(model, { directory: out });
      expect(files.map(({ file }) => file)).toEqual(['topic.onnx', 'tone.onnx', 'svm.onnx', 'model.onnx']);
      for (const { maximumDifference } of files) expect(maximumDifference).toBeLessThan(1e-5);
      expect(Object.keys(await digestsOf(out))).toContain('tokenizer.json');
      const labels = await readJsonFile(join(out, 'labels.json'));
      expect(labels['heads']).toMatchObject({ tone: { labels: ['good', 'bad'], merged_output: 'tone_probabilities' } });

      const batch = encoder.tokenizer.encodeBatch(unseen);
      const toTensor = (data: ArrayLike<number>) => ({
        dataType: 'int64' as const,
        shape: [batch.rows, batch.length],
        data: BigInt64Array.from(Array.from(data), BigInt),
      });
      const session = await createSession(join(out, 'model.onnx'));
      const found = await session.run({
        input_ids: toTensor(batch.ids),
        attention_mask: toTensor(batch.attentionMask),
        token_type_ids: toTensor(batch.typeIds),
      });
      await session.release();
      const predictions = await model.predict(unseen);
      predictions.forEach(({ heads }, row) => {
        const { topic: topicAnswer, tone: toneAnswer } = heads;
        if (topicAnswer?.task !== 'single-label' || toneAnswer?.task !== 'multi-label')
          throw new TypeError('wrong task');
        for (const { label, score } of topicAnswer.scores) {
          const column = ['food', 'travel'].indexOf(label);
          expect(found['topic_probabilities']?.data[row * 2 + column]).toBeCloseTo(score, 5);
        }
        for (const { label, score } of toneAnswer.scores) {
          const column = ['good', 'bad'].indexOf(label);
          expect(found['tone_probabilities']?.data[row * 2 + column]).toBeCloseTo(score, 5);
        }
      });
      await model.release();
    });
  });

  it('keeps how long texts are read, and exports what a graph can do', async () => {
    await withFolder(async (folder) => {
      const windowed = await loadEncoder('minilm', { longText: 'windows', prompt: 'topic: ' });
      await saveModel(join(folder, 'model'), { encoder: windowed, heads: [{ name: 'topic', fitted: await topic() }] });
      const model = await loadModel(join(folder, 'model'));
      expect(model.encoder.description).toEqual(windowed.description);
      const long = `${'The train was late again. '.repeat(90)}${'The food was great. '.repeat(90)}`;
      const [prediction] = await model.predict([long]);
      expect(prediction?.truncated).toBe(false);
      const { files } = await exportOnnx(model, { directory: join(folder, 'onnx') });
      expect(Math.max(...files.map(({ maximumDifference }) => maximumDifference))).toBeLessThan(1e-5);
      const readme = await readFile(join(folder, 'onnx', 'README.md'), 'utf8');
      expect(readme).toContain('sees their beginning only');
      expect(readme).toContain('Put `topic: ` before every text');
      await model.release();
      await windowed.release();
    });
  });
});
