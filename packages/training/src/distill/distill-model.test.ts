import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel, type Model } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import type { Encoding, TokenizerInput } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncoderLoaders } from '../finetune/job/encoder-loaders.ts';
import { toyExamples } from '../finetune/testing/toy-examples.ts';
import { SetFitTrainer } from '../setfit/setfit-trainer.ts';
import { fakeLoaders } from '../testing/fake-loaders.ts';
import { loadFakeEncoder } from '../testing/fake-trainable-encoder.ts';
import { distillModel } from './distill-model.ts';
import { createTeacherSource } from './teacher-source.ts';

let folder: string;
let teacher: Model;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-distill-'));
  const { texts, heads } = toyExamples(60, 1);
  const [topic, tags] = [heads['topic']?.targets, heads['tags']?.targets];
  if (topic === undefined || tags === undefined) throw new TypeError('expected topics and tags');
  const trainer = new SetFitTrainer(
    {
      embedding: { learningRate: 0.01, steps: 60, batchSize: 12 },
      heads: { topic: { displayNames: { music: 'Music' } } },
    },
    fakeLoaders,
  );
  await trainer.train(
    { topic: { train: { texts, targets: topic } }, tags: { train: { texts, targets: tags } } },
    { output: at('teacher') },
  );
  teacher = await loadModel(at('teacher'), { encoder: await loadFakeEncoder(at('teacher', 'encoder')) });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('createTeacherSource', () => {
  const random = createRandomGenerator(2);
  const embeddings = { data: Float32Array.of(2, 0, 0, 3, 1, 1, 0, 0), rows: 4, columns: 2 };
  const source = createTeacherSource({ texts: ['a', 'b', 'c', 'nothing'], embeddings, batchSize: 4 });

  it('targets the cosine of every pair, which differs from pair to pair', () => {
    const { first, second, targets } = source.toBatch(Int32Array.of(0, 1, 2, 3));
    const pairs = Array.from(targets, (target, pair) => [first[pair], second[pair], target] as const);
    const half = Math.SQRT1_2;
    expect(pairs.map(([left, right]) => [left, right])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    [0, half, 0, half, 0, 0].forEach((cosine, pair) => expect(targets[pair]).toBeCloseTo(cosine, 6));
  });

  it('has every text once a pass', () => {
    const rows = source.batchesOf(1, random).flatMap((batch) => [...batch]);
    expect(rows.toSorted()).toEqual([0, 1, 2, 3]);
  });
});

describe('distillModel', () => {
  const { texts } = toyExamples(150, 7);

  it('makes a student that agrees with its teacher, with all of its heads', async () => {
    const { heads, report } = await distillModel(
      { teacher, texts, student: 'fake', embedding: { learningRate: 0.01, epochs: 6 }, output: at('student') },
      fakeLoaders,
    );
    expect(heads.map(({ name }) => name)).toEqual(['topic', 'tags']);
    expect(heads[0]?.displayNames).toEqual({ music: 'Music' });
    const agreement = heads[0]?.evaluations.validation;
    expect(agreement !== undefined && 'accuracy' in agreement ? agreement.accuracy : 0).toBeGreaterThan(0.6);
    const steps = report.training?.steps ?? [];
    expect(steps.at(-1)?.figures['loss']).toBeLessThan(0.7 * (steps[0]?.figures['loss'] ?? 0));
  });

  it('judges all heads on the same texts, which the encoder has not learned from', async () => {
    const learned = new Set<string>();
    const loaders: EncoderLoaders = {
      ...fakeLoaders,
      async loadTrainable(config, options) {
        const encoder = await fakeLoaders.loadTrainable(config, options);
        const tokenize = encoder.tokenize.bind(encoder);
        return Object.assign(encoder, {
          tokenize: (given: readonly TokenizerInput[]): Promise<Encoding[]> => {
            for (const text of given) learned.add(typeof text === 'string' ? text : text.first);
            return tokenize(given);
          },
        });
      },
    };
    const twice = [...texts, ...texts.map((text) => text.toUpperCase())];
    const embedding = { learningRate: 0, steps: 1 };
    const { heads, report } = await distillModel(
      { teacher, texts: twice, student: 'fake', embedding, validationShare: 0.2, output: at('judged') },
      loaders,
    );
    const counts = Object.values(report.counts.heads).map(({ train, validation }) => [train, validation]);
    expect(counts).toEqual([
      [240, 60],
      [240, 60],
    ]);
    expect(learned.size).toBe(240);
    for (const { mistakes } of heads) {
      expect(mistakes.length).toBeGreaterThan(0);
      const wrong = mistakes.flatMap(({ text }) => [text.toLowerCase(), text.toUpperCase()]);
      expect(wrong.filter((text) => learned.has(text))).toEqual([]);
    }
  });

  it('refuses too few texts, and a teacher that says the same of all', async () => {
    const job = { teacher, student: 'fake', output: at('refused') };
    await expect(distillModel({ ...job, texts: ['one', 'two'] }, fakeLoaders)).rejects.toMatchObject({
      code: 'TOO_FEW_EXAMPLES',
    });
    const kept = { ...job, texts: toyExamples(60, 1).texts, embedding: { lora: { keepAdapters: true } } };
    await expect(distillModel(kept, fakeLoaders)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
    const alike = Array.from({ length: 30 }, (_, index) => `song guitar piano ${'!'.repeat(index + 1)}`);
    await expect(distillModel({ ...job, texts: alike }, fakeLoaders)).rejects.toMatchObject({
      code: 'TOO_FEW_CLASSES',
    });
  });
});
