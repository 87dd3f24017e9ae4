import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFiles, listFiles, type FileRecord } from '../../../model-files.shared.ts';
import { dimension, maximumLength, modelDirectory } from './index.ts';

interface Provenance {
  readonly files: Readonly<Record<string, FileRecord>>;
}

async function readJson<Shape>(name: string): Promise<Shape> {
  return JSON.parse(await readFile(join(modelDirectory, name), 'utf8')) as Shape;
}

describe('the model folder', () => {
  it('holds exactly the files of provenance.json, byte for byte', async () => {
    const { files } = await readJson<Provenance>('provenance.json');
    expect(await listFiles(modelDirectory)).toEqual([...Object.keys(files), 'PROVENANCE.md', 'provenance.json'].sort());
    expect(await describeFiles(modelDirectory, Object.keys(files))).toEqual(files);
  });

  it('has the dimension and length that the package states', async () => {
    expect(await readJson('config.json')).toMatchObject({ hidden_size: dimension, model_type: 'bert' });
    expect(await readJson('sentence_bert_config.json')).toMatchObject({ max_seq_length: maximumLength });
  });
});
