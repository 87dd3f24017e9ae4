import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { labels, modelDirectory } from './index.ts';

interface Provenance {
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

async function readJson<Shape>(name: string): Promise<Shape> {
  return JSON.parse(await readFile(join(modelDirectory, name), 'utf8')) as Shape;
}

describe('the model folder', () => {
  it('holds exactly the files of provenance.json, byte for byte', async () => {
    const { files } = await readJson<Provenance>('provenance.json');
    expect((await readdir(modelDirectory)).sort()).toEqual([...Object.keys(files), 'provenance.json'].sort());
    for (const [name, expected] of Object.entries(files)) {
      const content = await readFile(join(modelDirectory, name));
      const sha256 = createHash('sha256').update(content).digest('hex');
      expect({ name, bytes: content.byteLength, sha256 }).toEqual({ name, ...expected });
    }
  });

  it('has the labels that the package states', async () => {
    const id2label = Object.fromEntries(labels.map((label, place) => [String(place), label]));
    expect(await readJson('config.json')).toMatchObject({ architectures: ['BertForSequenceClassification'], id2label });
  });
});
