import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFiles, listFiles, type FileRecord } from '../../../model-files.shared.ts';
import { labels, modelDirectory } from './index.ts';

interface Provenance {
  readonly files: Readonly<Record<string, FileRecord>>;
}

async function readJson<Shape>(name: string): Promise<Shape> {
  return JSON.parse(await readFile(join(modelDirectory, name), 'utf8')) as Shape;
}

describe('the model folder', () => {
  it('holds exactly the files of provenance.json, byte for byte', async () => {
    const { files } = await readJson<Provenance>('provenance.json');
    expect(await listFiles(modelDirectory)).toEqual([...Object.keys(files), 'provenance.json'].sort());
    expect(await describeFiles(modelDirectory, Object.keys(files))).toEqual(files);
  });

  it('has the labels that the package states', async () => {
    const id2label = Object.fromEntries(labels.map((label, place) => [String(place), label]));
    expect(await readJson('config.json')).toMatchObject({ architectures: ['BertForSequenceClassification'], id2label });
  });
});
