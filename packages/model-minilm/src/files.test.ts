import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { describe, expect, it } from 'vitest';

import { dimension, maximumLength, modelDirectory } from './index.ts';

interface Provenance {
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

async function readJson<Shape>(name: string): Promise<Shape> {
  return JSON.parse(await readFile(join(modelDirectory, name), 'utf8')) as Shape;
}

describe('the model folder', () => {
  it('holds exactly the files of provenance.json, byte for byte', async () => {
    const { files } = await readJson<Provenance>('provenance.json');
    const entries = await readdir(modelDirectory, { recursive: true, withFileTypes: true });
    const found = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(modelDirectory, join(entry.parentPath, entry.name)))
      .sort();
    expect(found).toEqual([...Object.keys(files), 'PROVENANCE.md', 'provenance.json'].sort());
    for (const [name, { bytes, sha256 }] of Object.entries(files)) {
      const content = await readFile(join(modelDirectory, name));
      expect({ name, bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') }).toEqual({
        name,
        bytes,
        sha256,
      });
    }
  });

  it('has the dimension and length that the package states', async () => {
    expect(await readJson('config.json')).toMatchObject({ hidden_size: dimension, model_type: 'bert' });
    expect(await readJson('sentence_bert_config.json')).toMatchObject({ max_seq_length: maximumLength });
  });
});
