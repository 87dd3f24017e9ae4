import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildClassifierModel, writeModel } from '@polyhead/onnx';
import type { Progress, TextPair } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenFeeds } from '../encoding/token-feeds.ts';
import { openModelSession } from '../graph/open-session.ts';
import { writeJson, writeTinyClassifier } from '../testing/tiny-model.ts';
import { loadCrossEncoder, type LoadCrossEncoderOptions, type LoadedCrossEncoder } from './load-cross-encoder.ts';

const labels = ['entailment', 'neutral', 'contradiction'];

let root: string;
let tiny: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-cross-encoder-'));
  tiny = join(root, 'tiny');
  await writeTinyClassifier(tiny, labels);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const load = (options: LoadCrossEncoderOptions = {}, directory = tiny): Promise<LoadedCrossEncoder> =>
  loadCrossEncoder(directory, { cacheDirectory: join(root, 'cache'), ...options });

const premises = ['A cat sleeps on the mat.', 'word '.repeat(80), '', 'Stocks fell sharply today.'];
const hypotheses = ['This text is about animals.', 'Finance.', 'It is raining in the mountains.'];
const pairs: readonly TextPair[] = premises.flatMap((first) => hypotheses.map((second) => ({ first, second })));

/** Logits of each pair alone, with the ids that the tokenizer itself makes of it. */
async function logitsAlone(encoder: LoadedCrossEncoder): Promise<number[]> {
  const session = await openModelSession(
    { files: encoder.files, createGraph: async () => (await buildClassifierModel(tiny)).model },
    { cacheDirectory: root, digest: 'alone', signal: undefined },
  );
  const all: number[] = [];
  for (const pair of pairs) {
    const row = encoder.tokenizer.encode(pair, { maximumLength: 64, truncation: 'only-first' });
    const { logits } = await session.run(createTokenFeeds([row], { padId: 0, usesTypeIds: true }));
    all.push(...Array.from(logits?.data ?? [], Number));
  }
  await session.release();
  return all;
}

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => {
    expect(Math.abs(value - (expected[index] ?? Number.NaN))).toBeLessThan(1e-5);
  });
}

describe('loadCrossEncoder', () => {
  it('gives the logits of each pair alone, in order, and says what was cut', async () => {
    const encoder = await load();
    expect(encoder.description).toMatchObject({ reference: tiny, labels, maximumLength: 64, graph: 'built' });
    const { data, rows, columns, firstRows, truncated, tokenCounts } = await encoder.logits(pairs);
    expect([rows, columns]).toEqual([12, 3]);
    expect([...firstRows]).toEqual(Array.from({ length: 13 }, (_, index) => index));
    expectClose(data, await logitsAlone(encoder));
    expect([...truncated]).toEqual(pairs.map(({ first }) => (first.length > 300 ? 1 : 0)));
    expect([...tokenCounts]).toEqual(pairs.map((pair) => encoder.tokenizer.encode(pair).tokenCount));
    await encoder.release();
    await expect(encoder.logits(pairs)).rejects.toMatchObject({ code: 'SESSION_RELEASED' });
  });

  it("takes a folder's own ONNX file, also without names of outputs", async () => {
    const directory = join(root, 'onnx-file');
    await cp(tiny, directory, { recursive: true });
    await rm(join(directory, 'model.safetensors'));
    await writeModel((await buildClassifierModel(tiny)).model, join(directory, 'model.onnx'));
    const [built, file] = await Promise.all([load(), load({}, directory)]);
    expect(file.description).toMatchObject({ labels, graph: 'file' });
    expect((await file.logits(pairs)).data).toEqual((await built.logits(pairs)).data);
    await Promise.all([built.release(), file.release()]);
    await writeJson(directory, 'config.json', { model_type: 'bert', hidden_size: 16, max_position_embeddings: 64 });
    const unnamed = await load({}, directory);
    expect(unnamed.description.labels).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2']);
    await unnamed.release();
    await writeJson(directory, 'config.json', { hidden_size: 16, id2label: { 0: 'no', 1: 'yes' } });
    await expect(load({}, directory)).rejects.toMatchObject({ code: 'TENSOR_SHAPE_MISMATCH' });
    await writeJson(directory, 'config.json', { hidden_size: 16, id2label: { 1: 'no', 2: 'yes' } });
    await expect(load({}, directory)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });

  it('refuses a model without a classification head, and lengths that hold no pair', async () => {
    await expect(loadCrossEncoder('all-MiniLM-L6-v2')).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
    await expect(load({ maximumLength: 4 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(load({ tokenBudget: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('logits', () => {
  let encoder: LoadedCrossEncoder;
  beforeAll(async () => {
    encoder = await load();
  });
  afterAll(() => encoder.release());

  it('runs equal pairs once and reports progress in pairs', async () => {
    const once = await encoder.logits(pairs.slice(0, 2));
    const reports: Progress[] = [];
    const repeated = [0, 1, 0, 0, 1].map((index) => pairs[index] ?? { first: '', second: '' });
    const { data, rows } = await encoder.logits(repeated, { onProgress: (progress) => reports.push(progress) });
    expect(rows).toBe(5);
    expect([...data]).toEqual([0, 1, 0, 0, 1].flatMap((index) => [...once.data.subarray(3 * index, 3 * index + 3)]));
    expect(reports[0]).toMatchObject({ done: 0, total: 5, unit: 'pairs' });
    expect(reports.at(-1)).toMatchObject({ done: 5, total: 5 });
  });

  it('takes no pairs', async () => {
    const { rows, columns, firstRows } = await encoder.logits([]);
    expect([rows, columns, ...firstRows]).toEqual([0, 3, 0]);
  });

  it('runs windows over a long first text, each with the whole second text', async () => {
    const long = pairs.slice(2, 5);
    const { rows, firstRows, truncated, data } = await encoder.logits(long, { longText: 'windows', windowStride: 8 });
    // 80 words: windows of 64 - 3 - 7 tokens (5 of "finance." are fewer), each 8 on from the end of the one before.
    const second = (text: string): number => encoder.tokenizer.encode(text, { addSpecialTokens: false }).ids.length;
    const counts = long.map((pair) => {
      const size = 61 - second(pair.second);
      const length = second(pair.first);
      return length <= size ? 1 : Math.ceil((length - size) / (size - 8)) + 1;
    });
    expect(Array.from(firstRows.subarray(1), (end, index) => end - (firstRows[index] ?? 0))).toEqual(counts);
    expect(counts).toEqual([1, 2, 2]);
    expect([...truncated]).toEqual([0, 0, 0]);
    expect([rows, data.length]).toEqual([5, 15]);
    // Every token of these windows is the same word, so a window equals a shorter text of as many words.
    const words = 61 - second(hypotheses[0] ?? '');
    const same = await encoder.logits([{ first: 'word '.repeat(words), second: hypotheses[0] ?? '' }]);
    expectClose(same.data, [...data.subarray(3, 6)]);
  });

  it('never cuts the second text: names the one that leaves no room', async () => {
    const second = 'very '.repeat(70);
    const message: unknown = expect.stringContaining('The second text of pair 2, "very very');
    await expect(encoder.logits([...pairs.slice(0, 2), { first: 'a', second }])).rejects.toMatchObject({
      code: 'TEXT_TOO_LONG',
      message,
    });
    const just = { first: 'long '.repeat(9), second: 'very '.repeat(60) };
    expect([...(await encoder.logits([just])).truncated]).toEqual([1]);
  });

  it.each([
    [{ first: 'a', second: 1 }, 'The second text of pair 1 is of type number'],
    [{ first: '\ud800', second: 'a' }, 'The first text of pair 1 is not well-formed Unicode'],
  ])('refuses %j', async (pair, text) => {
    const message: unknown = expect.stringContaining(text);
    const bad = [{ first: 'x', second: 'y' }, pair as TextPair];
    await expect(encoder.logits(bad)).rejects.toMatchObject({ code: 'INVALID_TEXT', message });
  });

  it('stops when it is told to, and refuses a broken stride', async () => {
    await expect(encoder.logits(pairs, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(encoder.logits(pairs, { windowStride: -1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
