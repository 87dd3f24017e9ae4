import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelDirectory } from '@polyhead/model-minilm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeJson, writeSentenceTransformersSettings } from '../testing/tiny-model.ts';
import { readEncoderSettings } from './encoder-settings.ts';
import { readPoolingMode, toPoolingSettings } from './pooling-settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('readEncoderSettings', () => {
  it('reads the bundled model', async () => {
    expect(await readEncoderSettings(modelDirectory)).toEqual({
      pooling: 'mean',
      normalize: true,
      maximumLength: 256,
      prompt: '',
      lowerCase: false,
    });
  });

  it('takes a plain transformers folder for mean pooling without normalisation', async () => {
    await writeJson(folder, 'tokenizer_config.json', { model_max_length: 128 });
    expect(await readEncoderSettings(folder)).toEqual({
      pooling: 'mean',
      normalize: false,
      maximumLength: 128,
      prompt: '',
      lowerCase: false,
    });
  });

  it('reads lengths, the default prompt and lower case; the limit of sentence-transformers wins', async () => {
    await writeSentenceTransformersSettings(folder, { pooling_mode: 'cls' }, ['Transformer', 'Pooling', 'Dropout']);
    await writeJson(folder, 'tokenizer_config.json', { model_max_length: 1e30 });
    expect((await readEncoderSettings(folder)).maximumLength).toBeUndefined();
    await writeJson(folder, 'sentence_bert_config.json', { max_seq_length: 100, do_lower_case: true });
    await writeJson(folder, 'config_sentence_transformers.json', {
      prompts: { query: 'query: ', passage: 'passage: ' },
      default_prompt_name: 'query',
    });
    expect(await readEncoderSettings(folder)).toEqual({
      pooling: 'cls',
      normalize: false,
      maximumLength: 100,
      prompt: 'query: ',
      lowerCase: true,
    });
    await writeJson(folder, 'config_sentence_transformers.json', {
      prompts: { query: 'q' },
      default_prompt_name: null,
    });
    expect((await readEncoderSettings(folder)).prompt).toBe('');
  });

  it('lets options win, also over settings that it cannot follow', async () => {
    await writeSentenceTransformersSettings(folder, { pooling_mode: 'weightedmean' });
    const overrides = { pooling: 'last', normalize: false, maximumLength: 9, prompt: 'x' } as const;
    expect(await readEncoderSettings(folder, overrides)).toMatchObject(overrides);
    await expect(readEncoderSettings(folder)).rejects.toMatchObject({ code: 'ARCHITECTURE_UNSUPPORTED' });
  });

  it('refuses modules that would change the embedding', async () => {
    await writeSentenceTransformersSettings(folder, {}, ['Transformer', 'Pooling', 'Dense']);
    const message: unknown = expect.stringContaining('"Dense" in "2_Dense"');
    await expect(readEncoderSettings(folder)).rejects.toMatchObject({ code: 'ARCHITECTURE_UNSUPPORTED', message });
  });

  it.each([
    ['modules.json', '[{"type": 1}]', 'DATA_MALFORMED'],
    ['modules.json', '[', 'DATA_MALFORMED'],
    ['modules.json', '{}', 'ARCHITECTURE_UNSUPPORTED'],
    ['sentence_bert_config.json', '[]', 'DATA_MALFORMED'],
  ])('refuses a broken %s: %s', async (name, content, code) => {
    await writeFile(join(folder, name), content);
    await expect(readEncoderSettings(folder)).rejects.toMatchObject({ code });
  });

  it.each([0, 2, 1.5, Number.NaN])('refuses a maximum length of %d', async (maximumLength) => {
    await expect(readEncoderSettings(folder, { maximumLength })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('readPoolingMode', () => {
  it.each([
    [{}, 'mean'],
    [{ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, 'cls'],
    [{ pooling_mode_mean_tokens: true }, 'mean'],
    [{ pooling_mode_max_tokens: true }, 'max'],
    [{ pooling_mode_mean_sqrt_len_tokens: true }, 'mean-sqrt-length'],
    [{ pooling_mode_lasttoken: true }, 'last'],
    [{ pooling_mode: 'lasttoken', include_prompt: true }, 'last'],
    [{ pooling_mode: ['max'] }, 'max'],
    [{ pooling_mode: 'mean', pooling_mode_cls_token: true }, 'mean'],
  ])('reads %j as %s', (settings, mode) => {
    expect(readPoolingMode(settings, 'config.json')).toBe(mode);
  });

  it.each([
    { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true },
    { pooling_mode: ['cls', 'mean'] },
    { pooling_mode_weightedmean_tokens: true },
    { pooling_mode: 'mean', include_prompt: false },
    { pooling_mode: 'new' },
  ])('refuses %j', (settings) => {
    expect(() => readPoolingMode(settings, 'config.json')).toThrow(
      expect.objectContaining({ code: 'ARCHITECTURE_UNSUPPORTED' }) as Error,
    );
  });

  it.each(['cls', 'mean', 'max', 'mean-sqrt-length', 'last'] as const)('reads back what it writes for %s', (mode) => {
    expect(readPoolingMode(toPoolingSettings(mode, 384), 'config.json')).toBe(mode);
  });
});
