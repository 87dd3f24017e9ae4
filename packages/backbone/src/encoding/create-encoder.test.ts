import { modelDirectory } from '@polyhead/model-minilm';
import { createRandomGenerator } from '@polyhead/numerics';
import { loadTokenizer } from '@polyhead/tokenization';
import type { EncodedText, Encoder, Progress, Tokenizer } from '@polyhead/types';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFakeSession, fakeSessionDimension, type FakeSession } from '../testing/fake-session.ts';
import { createEncoder, type EncoderParts } from './create-encoder.ts';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await loadTokenizer(modelDirectory);
});

interface Setup {
  readonly encoder: Encoder;
  readonly session: FakeSession;
}

function setUp({ maximumLength = 16, ...changes }: Partial<EncoderParts> & { maximumLength?: number } = {}): Setup {
  const session = createFakeSession();
  const description = {
    reference: 'fake',
    digest: '0',
    dimension: fakeSessionDimension,
    maximumLength,
    pooling: 'mean',
    normalized: false,
    prompt: '',
    longText: 'truncate',
    graph: 'built',
  } as const;
  const encoder = createEncoder({
    description,
    tokenizer,
    session,
    output: 'sentence_embedding',
    lowerCase: false,
    dimension: fakeSessionDimension,
    padId: 0,
    usesTypeIds: true,
    tokenBudget: 64,
    ...changes,
  });
  return { encoder, session };
}

/** What the fake session gives for one text alone. */
function expectedRow(text: string, maximumLength = 16): number[] {
  const { ids } = tokenizer.encode(text, { maximumLength });
  return [ids.reduce((sum, id) => sum + id, 0), ids.length, ids[0] ?? 0, ids.at(-1) ?? 0];
}

const words = ['cat', 'tree', 'river', 'stone', 'cloud', 'unbelievable', 'transformer'];
const sentence = (length: number): string =>
  Array.from({ length }, (_, index) => words[(index * length) % 7]).join(' ');

describe('encode', () => {
  it('keeps the order of texts of shuffled lengths, and sends each distinct text once', async () => {
    const texts = createRandomGenerator(3).shuffle(Array.from({ length: 60 }, (_, index) => sentence(index % 14)));
    const { encoder, session } = setUp();
    const { data, rows, columns, tokenCounts } = await encoder.encode(texts);
    expect([rows, columns]).toEqual([60, 4]);
    expect([...data]).toEqual(texts.flatMap((text) => expectedRow(text)));
    expect([...tokenCounts]).toEqual(texts.map((text) => tokenizer.encode(text).tokenCount));
    expect(session.shapes.reduce((sum, [batch = 0]) => sum + batch, 0)).toBe(new Set(texts).size);
  });

  it('keeps batches below the token budget, padding included', async () => {
    const { encoder, session } = setUp({ tokenBudget: 40, maximumLength: 64 });
    await encoder.encode(Array.from({ length: 30 }, (_, index) => `${sentence(index)} ${index}`));
    for (const [rows = 0, length = 0] of session.shapes) expect(rows === 1 || rows * length <= 40).toBe(true);
    expect(session.shapes.some(([rows = 0]) => rows > 1)).toBe(true);
  });

  it('reports what was cut, and how long it had been', async () => {
    const { encoder } = setUp({ maximumLength: 6 });
    const { truncated, tokenCounts, data } = await encoder.encode(['cat tree', sentence(20)]);
    expect([...truncated]).toEqual([0, 1]);
    expect(tokenCounts[0]).toBe(4);
    expect(tokenCounts[1]).toBeGreaterThan(20);
    expect([...data]).toEqual([...expectedRow('cat tree'), ...expectedRow(sentence(20), 6)]);
  });

  it('takes no texts, an empty text and a text of one space', async () => {
    const { encoder, session } = setUp();
    expect(await encoder.encode([])).toMatchObject({ rows: 0, columns: 4, data: new Float32Array(0) });
    expect(session.shapes).toEqual([]);
    const { data } = await encoder.encode(['', ' ']);
    expect([...data]).toEqual([...expectedRow(''), ...expectedRow('')]);
  });

  it('puts the prompt before every text, and lower-cases where the model wants it', async () => {
    const cased = setUp().encoder;
    expect((await cased.encode(['tree'], { prompt: 'cat ' })).data).toEqual((await cased.encode(['cat tree'])).data);
    const { description } = setUp().encoder;
    const prompted = setUp({ description: { ...description, prompt: 'cat ' } }).encoder;
    expect((await prompted.encode(['tree'])).data).toEqual((await cased.encode(['cat tree'])).data);
    expect((await prompted.encode(['tree'], { prompt: '' })).data).toEqual((await cased.encode(['tree'])).data);
  });

  it('normalises rows to length 1', async () => {
    const { description } = setUp().encoder;
    const { encoder } = setUp({ description: { ...description, normalized: true } });
    const { data } = await encoder.encode(['cat', 'tree stone']);
    for (const row of [data.subarray(0, 4), data.subarray(4)]) expect(Math.hypot(...row)).toBeCloseTo(1, 6);
  });

  it('is independent of what else is encoded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 12 }), async (texts) => {
        const { data } = await setUp({ tokenBudget: 30 }).encoder.encode(texts);
        expect([...data]).toEqual(texts.flatMap((text) => expectedRow(text)));
      }),
      { numRuns: 50 },
    );
  });

  it('counts progress in texts, repeated ones too', async () => {
    const progress: Progress[] = [];
    const texts = ['cat', 'tree', 'cat', sentence(40), 'cat'];
    const { encoder } = setUp({ tokenBudget: 8 });
    await encoder.encode(texts, { longText: 'windows', windowStride: 2, onProgress: (p) => progress.push(p) });
    expect(progress[0]).toMatchObject({ phase: 'encoding', done: 0, total: 5, unit: 'texts' });
    expect(progress.at(-1)?.done).toBe(5);
    expect(progress.every((p, index) => index === 0 || p.done >= (progress[index - 1]?.done ?? 0))).toBe(true);
  });

  it.each([
    ['half a surrogate pair', ['fine', 'cut \ud83d'], 1],
    ['a number', ['fine', 'fine', 3 as unknown as string], 2],
    ['null', [null as unknown as string], 0],
  ])('refuses %s and says where', async (_name, texts, index) => {
    const { encoder, session } = setUp();
    const message: unknown = expect.stringContaining(`Text ${index}`);
    await expect(encoder.encode(texts)).rejects.toMatchObject({ code: 'INVALID_TEXT', details: { index }, message });
    expect(session.shapes).toEqual([]);
  });

  it('stops between batches when aborted, and can be used again', async () => {
    const { encoder, session } = setUp({ tokenBudget: 8 });
    const controller = new AbortController();
    const onProgress = (progress: Progress): void => {
      if (progress.done > 0) controller.abort();
    };
    const texts = Array.from({ length: 50 }, (_, index) => `cat ${index}`);
    await expect(encoder.encode(texts, { signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(session.shapes.length).toBeLessThan(5);
    await expect(encoder.encode(texts, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await encoder.encode(['cat'])).rows).toBe(1);
  });

  it('refuses to work after release', async () => {
    const { encoder } = setUp();
    await encoder.release();
    await expect(encoder.encode(['cat', 'tree '.repeat(30)])).rejects.toMatchObject({ code: 'SESSION_RELEASED' });
  });
});

describe('long texts in windows', () => {
  it('are the token-weighted mean of their windows', async () => {
    const long = sentence(50);
    const { encoder } = setUp();
    const windows = tokenizer.encodeWindows(long, { maximumLength: 16, stride: 4 });
    expect(windows.length).toBeGreaterThan(3);
    const total = windows.reduce((sum, { ids }) => sum + ids.length - 2, 0);
    const mean = windows.reduce((sum, { ids }) => sum + ids.reduce((a, b) => a + b, 0) * (ids.length - 2), 0) / total;
    const { data, truncated, tokenCounts } = await encoder.encode(['cat', long, 'tree'], {
      longText: 'windows',
      windowStride: 4,
    });
    expect([...data.subarray(0, 4)]).toEqual(expectedRow('cat'));
    expect(data[4]).toBeCloseTo(mean, 1);
    expect([...data.subarray(8)]).toEqual(expectedRow('tree'));
    expect([...truncated]).toEqual([0, 0, 0]);
    expect(tokenCounts[1]).toBe(tokenizer.encode(long).tokenCount);
  });

  it('leave short texts as they are', async () => {
    const { encoder } = setUp();
    const texts = ['cat', '', 'river stone'];
    expect(await encoder.encode(texts, { longText: 'windows' })).toEqual(await encoder.encode(texts));
  });

  it.each([-1, 1.5, Number.NaN])('refuse a stride of %d', async (windowStride) => {
    const { encoder } = setUp();
    await expect(encoder.encode(['cat'], { longText: 'windows', windowStride })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('encodeStream', () => {
  it('gives what encode gives, in order, chunk after chunk', async () => {
    const texts = Array.from({ length: 9000 }, (_, index) => `${words[index % 7] ?? ''} ${index % 500}`);
    texts[8500] = sentence(40);
    const { encoder, session } = setUp({ tokenBudget: 4096 });
    const expected = await encoder.encode(texts);
    session.shapes.length = 0;
    let chunksWhenFirstCame = 0;
    async function* source(): AsyncGenerator<string> {
      for (const text of texts) yield await Promise.resolve(text);
    }
    const encoded: EncodedText[] = [];
    for await (const entry of encoder.encodeStream(source())) {
      if (encoded.length === 0) chunksWhenFirstCame = session.shapes.length;
      encoded.push(entry);
    }
    expect(encoded.map(({ text }) => text)).toEqual(texts);
    expect(encoded.flatMap(({ embedding }) => [...embedding])).toEqual([...expected.data]);
    expect(encoded.map(({ truncated }) => (truncated ? 1 : 0))).toEqual([...expected.truncated]);
    expect(encoded.map(({ tokenCount }) => tokenCount)).toEqual([...expected.tokenCounts]);
    expect(session.shapes.length).toBeGreaterThan(chunksWhenFirstCame);
  });

  it('takes no texts, and passes errors on', async () => {
    const { encoder } = setUp();
    for await (const encoded of encoder.encodeStream([])) expect(encoded).toBeUndefined();
    const fine = Array.from({ length: 4100 }, () => 'fine');
    for (const broken of ['\udc00', null as unknown as string]) {
      const consume = async (): Promise<void> => {
        for await (const { text } of encoder.encodeStream([...fine, broken])) expect(text).toBe('fine');
      };
      await expect(consume()).rejects.toMatchObject({ code: 'INVALID_TEXT', details: { index: 4100 } });
    }
  });
});
