import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchData, type FetchBytes } from './fetch-data.ts';

let output = '';

beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'polyhead-fetch-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(output, { recursive: true });
});

describe('fetchData', () => {
  it('writes a set in the layout of the data folder', async () => {
    const asked: string[] = [];
    const fetchBytes: FetchBytes = (url) => {
      asked.push(url.replace(/^.*\//, ''));
      const text = url.endsWith('labels.txt') ? 'admiration\namusement\n' : 'so good\t0,1\tid\n';
      return Promise.resolve(new TextEncoder().encode(text));
    };
    await fetchData({ output, only: 'go_emotions' }, fetchBytes);
    expect(asked).toEqual(['labels.txt', 'train.tsv', 'dev.tsv', 'test.tsv']);
    expect(await readFile(join(output, 'go_emotions', 'validation.jsonl'), 'utf8')).toBe(
      '{"text":"so good","labels":["admiration","amusement"]}\n',
    );
  });

  it('says that it is offline', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    await expect(fetchData({ output, only: 'sst2' })).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 404 })));
    await expect(fetchData({ output, only: 'sst2' })).rejects.toThrow(/status 404/);
    vi.unstubAllGlobals();
  });

  it('refuses a set that it does not know', async () => {
    await expect(fetchData({ output, only: 'imdb' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
