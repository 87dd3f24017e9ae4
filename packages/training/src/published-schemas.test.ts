import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readDocument } from './config/parse-config.ts';
import { parseNliConfig } from './nli/load-nli-config.ts';
import { publishedSchemas } from './published-schemas.ts';

const root = join(import.meta.dirname, '../../..');

async function readSchema(name: string): Promise<z.core.JSONSchema.JSONSchema> {
  return JSON.parse(await readFile(join(root, 'docs', name), 'utf8')) as z.core.JSONSchema.JSONSchema;
}

describe('the published JSON Schemas', () => {
  it.each(Object.entries(publishedSchemas))('%s is the one that the code makes', async (name, createSchema) => {
    expect(await readSchema(name)).toEqual(JSON.parse(JSON.stringify(createSchema())));
  });

  it.each(['first-stage.yaml', 'second-stage.yaml'])('take the recipe %s, as the parser does', async (name) => {
    const recipe = await readDocument(join(root, 'scripts/nli', name));
    const schema = z.fromJSONSchema(await readSchema('nli.schema.json'));
    expect(schema.safeParse(recipe).error).toBeUndefined();
    expect(parseNliConfig(recipe, 'The recipe')).toMatchObject({ task: 'nli', classes: 2 });
  });

  it.each<[string, object, object]>([
    [
      'configuration.schema.json',
      { backbone: 'all-MiniLM-L6-v2', heads: { intent: { data: { train: 'train.csv' } } } },
      { backbone: { references: 'x' }, heads: {} },
    ],
    [
      'nli.schema.json',
      {
        $schema: 'nli.schema.json',
        backbone: 'model',
        sources: ['a.jsonl', { file: 'b.csv', kind: 'classification' }],
      },
      { sources: [{ file: 'a.csv', shots: 3 }] },
    ],
  ])('%s takes short forms and refuses unknown fields', async (name, right, wrong) => {
    const schema = z.fromJSONSchema(await readSchema(name));
    expect(schema.safeParse({ output: 'x', ...right }).error).toBeUndefined();
    expect(schema.safeParse({ output: 'x', ...wrong }).success).toBe(false);
  });
});
