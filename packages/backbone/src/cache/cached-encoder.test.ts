import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listFiles } from '@polyhead/files';
import { createRandomGenerator } from '@polyhead/numerics';
import type { Progress } from '@polyhead/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeEncoder, fakeDimension, fakeEmbedding } from '../testing/fake-encoder.ts';
import { createCachedEncoder } from './create-cached-encoder.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'polyhead-cache-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const texts = ['a', '', 'b', 'a', 'a longer text', 'ü', 'b', '😀'];
const expected = texts.flatMap((text) => fakeEmbedding(text));

async function findFiles(ending: string): Promise<string[]> {
  return (await listFiles(directory)).filter((name) => name.endsWith(ending)).map((name) => join(directory, name));
}

describe('a cached encoder', () => {
  it('gives what the encoder gives, and asks it once for each distinct text', async () => {
    const inner = createFakeEncoder();
    const cached = createCachedEncoder(inner, { directory });
    const first = await cached.encode(texts);
    expect(first).toEqual(await createFakeEncoder().encode(texts));
    expect(inner.encoded).toEqual(['a', '', 'b', 'a longer text', 'ü', '😀']);
    expect(await cached.encode([...texts].reverse())).toEqual(await createFakeEncoder().encode([...texts].reverse()));
    expect(inner.encoded).toHaveLength(6);
  });

  it('works across processes and with only some texts known', async () => {
    await createCachedEncoder(createFakeEncoder(), { directory }).encode(['a', 'b']);
    const inner = createFakeEncoder();
    const { data } = await createCachedEncoder(inner, { directory }).encode(texts);
    expect([...data]).toEqual(expected);
    expect(inner.encoded).toEqual(['', 'a longer text', 'ü', '😀']);
  });

  it('sees what another one wrote after it was made', async () => {
    const inner = createFakeEncoder();
    const cached = createCachedEncoder(inner, { directory });
    const other = createCachedEncoder(createFakeEncoder(), { directory });
    await other.encode(['a']);
    await cached.encode(['a']);
    await other.encode(['b']);
    await cached.encode(['b']);
    expect(inner.encoded).toEqual([]);
  });

  it('keeps digests, prompts and treatments of long texts apart', async () => {
    const inner = createFakeEncoder();
    const cached = createCachedEncoder(inner, { directory });
    await cached.encode(['a']);
    expect([...(await cached.encode(['a'], { prompt: 'query: ' })).data]).toEqual(fakeEmbedding('a', 'query: '));
    await cached.encode(['a'], { longText: 'windows' });
    await cached.encode(['a'], { longText: 'windows', windowStride: 3 });
    expect(inner.encoded).toEqual(['a', 'a', 'a', 'a']);
    await cached.encode(['a'], { prompt: '', longText: 'truncate', windowStride: 5 });
    expect(inner.encoded).toHaveLength(4);
    const other = createFakeEncoder('another digest');
    await createCachedEncoder(other, { directory }).encode(['a']);
    expect(other.encoded).toEqual(['a']);
  });

  it('reports progress over all texts, known ones first', async () => {
    await createCachedEncoder(createFakeEncoder(), { directory }).encode(['a', 'b']);
    const progress: Progress[] = [];
    const cached = createCachedEncoder(createFakeEncoder(), { directory });
    await cached.encode(['a', 'b', 'c', 'c', 'd'], { onProgress: (p) => progress.push(p) });
    expect(progress[0]).toMatchObject({ done: 2, total: 5 });
    expect(progress.at(-1)).toMatchObject({ done: 5, total: 5 });
  });

  it('streams through the cache', async () => {
    const inner = createFakeEncoder();
    const cached = createCachedEncoder(inner, { directory });
    for (let round = 0; round < 2; round++) {
      const streamed: number[] = [];
      for await (const { embedding } of cached.encodeStream(texts)) streamed.push(...embedding);
      expect(streamed).toEqual(expected);
    }
    expect(inner.encoded).toHaveLength(6);
  });

  it('refuses broken texts before anything is read or written', async () => {
    const cached = createCachedEncoder(createFakeEncoder(), { directory });
    await expect(cached.encode(['a', '\ud800'])).rejects.toMatchObject({ code: 'INVALID_TEXT', details: { index: 1 } });
    expect(await readdir(directory)).toEqual([]);
  });

  it('says once that it cannot be written, and encodes on', async () => {
    await writeFile(join(directory, 'blocker'), '');
    const warnings: string[] = [];
    const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
    const cached = createCachedEncoder(createFakeEncoder(), { directory: join(directory, 'blocker'), logger });
    expect([...(await cached.encode(texts)).data]).toEqual(expected);
    expect([...(await cached.encode(texts)).data]).toEqual(expected);
    expect(warnings).toHaveLength(1);
  });
});

describe('a damaged cache', () => {
  const many = Array.from({ length: 50 }, (_, index) => `text ${index}`);
  const manyExpected = many.flatMap((text) => fakeEmbedding(text));

  async function expectRecovery(reEncoded: number): Promise<void> {
    const inner = createFakeEncoder();
    const { data } = await createCachedEncoder(inner, { directory }).encode(many);
    expect([...data]).toEqual(manyExpected);
    expect(inner.encoded).toHaveLength(reEncoded);
    // What was encoded again is found from then on.
    const after = createFakeEncoder();
    expect([...(await createCachedEncoder(after, { directory }).encode(many)).data]).toEqual(manyExpected);
    expect(after.encoded).toHaveLength(0);
  }

  beforeEach(async () => {
    await createCachedEncoder(createFakeEncoder(), { directory }).encode(many);
  });

  it.each([
    ['vectors cut inside a record', '.vectors', 49 * fakeDimension * 4 + 5, 1],
    ['vectors cut to nothing', '.vectors', 0, 50],
    ['index cut inside an entry', '.index', 32 + 40 * 32 + 7, 10],
    ['index cut inside its header', '.index', 20, 50],
  ])('%s', async (_name, ending, size, reEncoded) => {
    const [path = ''] = await findFiles(ending);
    await truncate(path, size);
    await expectRecovery(reEncoded);
  });

  it('a missing vectors file, or a foreign index', async () => {
    const [vectors = ''] = await findFiles('.vectors');
    await rm(vectors);
    await expectRecovery(50);
    await writeFile(join(vectors, '..', 'foreign.index'), 'something else that is longer than one entry of an index');
    await expectRecovery(0);
  });

  it('trailing rubbish', async () => {
    for (const ending of ['.vectors', '.index']) {
      const [path = ''] = await findFiles(ending);
      await appendFile(path, Buffer.alloc(1001, 0xab));
    }
    await expectRecovery(0);
  });

  it('any single flipped bit', async () => {
    const random = createRandomGenerator(1);
    for (const ending of ['.vectors', '.index']) {
      const [path = ''] = await findFiles(ending);
      const sound = await readFile(path);
      for (let round = 0; round < 40; round++) {
        const damaged = Buffer.from(sound);
        const position = random.integer(damaged.length);
        damaged[position] = (damaged[position] ?? 0) ^ (1 << random.integer(8));
        await writeFile(path, damaged);
        const inner = createFakeEncoder();
        const { data } = await createCachedEncoder(inner, { directory, logger: undefined }).encode(many);
        expect([...data]).toEqual(manyExpected);
        // A flip in the header makes the whole segment unknown.
        expect([0, 1, 50]).toContain(inner.encoded.length);
        for (const other of await listFiles(directory))
          if (!path.endsWith(other) && !isPartner(path, other)) await rm(join(directory, other));
      }
      await writeFile(path, sound);
    }
  });

  const isPartner = (path: string, other: string): boolean =>
    path.replace(/\.\w+$/, '').endsWith(other.replace(/\.\w+$/, ''));
});

describe('several processes at the same time', () => {
  it('share one folder without losing or mixing up a record', async () => {
    const count = 300;
    const script = fileURLToPath(new URL('../testing/cache-writer.ts', import.meta.url));
    const tsx = ['--import', 'tsx', '--conditions=@polyhead/source', script];
    const codes = await Promise.all(
      [0, 1, 2].map((seed) => {
        const child = spawn(process.execPath, [...tsx, directory, String(seed), String(count)], { stdio: 'inherit' });
        return new Promise((resolve) => child.once('exit', resolve));
      }),
    );
    expect(codes).toEqual([0, 0, 0]);
    const all = Array.from({ length: count }, (_, index) => `text ${index}`);
    const inner = createFakeEncoder();
    const { data } = await createCachedEncoder(inner, { directory }).encode(all);
    expect([...data]).toEqual(all.flatMap((text) => fakeEmbedding(text)));
    expect(inner.encoded).toEqual([]);
  });
});
