import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goldenFolder } from './golden/read-goldens.ts';
import { loadTokenizer } from './load-tokenizer.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'polyhead-tokenization-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const invalid = (pattern: RegExp): unknown =>
  expect.objectContaining({ code: 'TOKENIZER_INVALID', message: expect.stringMatching(pattern) as unknown });

describe('loadTokenizer', () => {
  it('needs only tokenizer.json', async () => {
    await copyFile(join(goldenFolder('roberta'), 'tokenizer.json'), join(directory, 'tokenizer.json'));
    const tokenizer = await loadTokenizer(directory);
    expect(tokenizer.padId).toBe(1);
    expect(Array.from(tokenizer.encode('a').ids)).toEqual([0, 69, 2]);
  });

  it('takes the pad token from tokenizer_config.json, else from special_tokens_map.json', async () => {
    await copyFile(join(goldenFolder('roberta'), 'tokenizer.json'), join(directory, 'tokenizer.json'));
    await writeFile(join(directory, 'special_tokens_map.json'), '{"pad_token": {"content": "</s>"}}');
    expect((await loadTokenizer(directory)).padId).toBe(2);
    await writeFile(join(directory, 'tokenizer_config.json'), '{"pad_token": "<mask>"}');
    expect((await loadTokenizer(directory)).padId).toBe(4);
  });

  it('says that a folder is missing', async () => {
    await expect(loadTokenizer(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('says how to get tokenizer.json where only a vocabulary is there', async () => {
    await expect(loadTokenizer(directory)).rejects.toEqual(invalid(/has no tokenizer\.json\. Get/));
    await writeFile(join(directory, 'vocab.txt'), '[PAD]\n');
    await writeFile(join(directory, 'sentencepiece.bpe.model'), '');
    await expect(loadTokenizer(directory)).rejects.toEqual(
      invalid(/It has vocab\.txt and sentencepiece\.bpe\.model.*save_pretrained/),
    );
  });

  it.each([
    ['{"model": ', /tokenizer\.json" is not valid JSON/],
    ['[]', /does not hold a JSON object/],
    ['{}', /cannot be used: tokenizer\.json: model must be an object, but it is missing/],
    ['\u0000\u0001binary', /not valid JSON/],
  ])('refuses a tokenizer.json of %j', async (content, pattern) => {
    await writeFile(join(directory, 'tokenizer.json'), content);
    await expect(loadTokenizer(directory)).rejects.toEqual(invalid(pattern));
  });

  it('refuses a tokenizer_config.json that is cut off', async () => {
    await copyFile(join(goldenFolder('roberta'), 'tokenizer.json'), join(directory, 'tokenizer.json'));
    await writeFile(join(directory, 'tokenizer_config.json'), '{"pad_token": "<pa');
    await expect(loadTokenizer(directory)).rejects.toEqual(invalid(/tokenizer_config\.json" is not valid JSON/));
  });
});
