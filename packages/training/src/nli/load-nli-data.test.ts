import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEncoder } from '@polyhead/backbone';
import { createRandomGenerator } from '@polyhead/numerics';
import { PolyheadError, type Encoder } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNearestLabels } from './hard-labels.ts';
import { loadNliConfig, parseNliConfig } from './load-nli-config.ts';
import { loadNliData } from './load-nli-data.ts';
import type { LoadSourceOptions } from './load-nli-source.ts';
import type { NliConfigInput, NliSourceConfigInput } from './nli-config.ts';
import { anyButEntailment, encodeExamples, type NliExamples } from './nli-examples.ts';

let root: string;
const topics = ['music', 'sport', 'money'];
const at = (...names: string[]): string => join(root, ...names);

async function write(name: string, rows: readonly object[]): Promise<void> {
  await writeFile(at(name), rows.map((row) => JSON.stringify(row)).join('\n'));
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-nli-data-'));
  await write('one.jsonl', [
    { premise: 'A cat sleeps', hypothesis: 'an animal sleeps', label: 'entailment' },
    { premise: 'a cat  sleeps', hypothesis: 'An animal sleeps', label: 'Entailment' },
    { premise: 'it rains', hypothesis: 'it is wet', label: 'entailment' },
    { premise: 'it rains', hypothesis: 'it is dry', label: 'contradiction' },
    { premise: 'it rains', hypothesis: 'it is cold', label: 'neutral' },
    { premise: 'seen', hypothesis: 'judged', label: 'neutral' },
  ]);
  await write('two.jsonl', [
    { premise: 'It rains', hypothesis: 'it is wet', label: 'neutral' },
    { premise: 'it rains', hypothesis: 'it is cold', label: 'contradiction' },
    { premise: 'it snows', hypothesis: 'it is white', label: 'entailment' },
  ]);
  await write('judged.jsonl', [{ premise: 'Seen', hypothesis: 'judged', label: 'neutral' }]);
  const texts = Array.from({ length: 40 }, (_, index) => ({ text: `text ${index}`, label: ['a', 'b'][index % 2] }));
  await write('texts.jsonl', texts);
  await write(
    'topics.jsonl',
    Array.from({ length: 60 }, (_, index) => ({ text: `thing ${index}`, label: topics[index % 3] })),
  );
  await write('held.jsonl', texts.slice(0, 10));
  await write(
    'renamed.jsonl',
    texts.slice(0, 10).map(({ text, label }) => ({ message: text, label })),
  );
});
afterAll(() => rm(root, { recursive: true, force: true }));

const load = (
  input: Omit<NliConfigInput, 'output'>,
  findNearest?: LoadSourceOptions['findNearest'],
): ReturnType<typeof loadNliData> =>
  loadNliData(
    { ...parseNliConfig({ ...input, output: 'x' }), classes: input.classes ?? 2 },
    { random: createRandomGenerator(1), findNearest },
  );

/** Embeds texts by their letters, and remembers which it was asked for. */
function createRecordingEncoder(): { readonly encoder: Encoder; readonly encoded: readonly string[] } {
  const encoded: string[] = [];
  const dimension = 26;
  const encoder: Encoder = {
    description: {
      ...{ reference: 'letters', digest: 'letters', dimension, maximumLength: 64, pooling: 'mean', normalized: false },
      ...{ prompt: '', longText: 'truncate', graph: 'built' },
    },
    encode: (texts) => {
      encoded.push(...texts);
      const data = new Float32Array(texts.length * dimension);
      texts.forEach((text, row) => {
        for (const letter of text.toLowerCase().replace(/[^a-z]/g, '')) {
          const place = row * dimension + letter.charCodeAt(0) - 97;
          data[place] = (data[place] ?? 0) + 1;
        }
      });
      const tokenCounts = Int32Array.from(texts, (text) => text.length);
      const truncated = new Uint8Array(texts.length);
      return Promise.resolve({ data, rows: texts.length, columns: dimension, truncated, tokenCounts });
    },
    encodeStream: () => {
      throw new PolyheadError('INTERNAL', { message: 'Nothing is streamed here.' });
    },
    release: () => Promise.resolve(),
  };
  return { encoder, encoded };
}

describe('loadNliData', () => {
  it('leaves out repeated, contradictory and judged pairs', async () => {
    const sources = [
      { name: 'one', file: at('one.jsonl') },
      { name: 'two', file: at('two.jsonl') },
    ];
    const two = await load({ sources, validation: [at('judged.jsonl')] });
    expect(two.counts['one']).toMatchObject({ pairs: 3, excluded: 1, repeated: 1, contradictory: 1 });
    // Neutral and contradiction are the same among two classes, so that pair is only repeated.
    expect(two.counts['two']).toMatchObject({ pairs: 1, entailment: 1, repeated: 1, contradictory: 1 });
    expect(two.validation.map(({ pairs }) => pairs.length)).toEqual([1]);
    const three = await load({ sources, classes: 3, exclude: [at('judged.jsonl')], validationShare: 0 });
    expect(three.counts['one']).toMatchObject({ pairs: 2, contradictory: 2 });
    expect([three.validation, three.test]).toEqual([[], []]);
  });

  it('keeps validation and test sets apart, whatever their names', async () => {
    const set = (file: string): object => ({ name: 'same', file: at(file) });
    const sets = { validation: [set('judged.jsonl')], test: [set('two.jsonl')] } as never;
    const { validation, test } = await load({ sources: [at('one.jsonl')], ...(sets as object) });
    const alone = await load({ sources: [at('one.jsonl')], test: [at('two.jsonl')], validationShare: 0 });
    expect(validation.map(({ pairs }) => pairs.length)).toEqual([1]);
    expect(test.map(({ pairs }) => pairs)).toEqual(alone.test.map(({ pairs }) => pairs));
  });

  it('refuses a file to exclude by that has no texts where they are sought', async () => {
    const exclude = [at('renamed.jsonl')];
    await expect(load({ sources: [at('one.jsonl')], exclude, validationShare: 0 })).rejects.toMatchObject({
      code: 'COLUMN_NOT_FOUND',
    });
  });

  it('holds out premises with all their pairs', async () => {
    const source = {
      name: 'texts',
      file: at('texts.jsonl'),
      kind: 'classification',
      draws: 3,
      templates: ['{}', 'of {}'],
    } as const;
    const { train, validation } = await load({ sources: [source], validationShare: 0.25 });
    const premises = (sets: typeof train): Set<string> =>
      new Set(sets.flatMap(({ pairs }) => pairs.map(({ premise }) => premise)));
    expect(premises(validation).size).toBe(10);
    expect([...premises(validation)].filter((premise) => premises(train).has(premise))).toEqual([]);
  });

  it('leaves out texts that a model is judged by, and takes shares and limits', async () => {
    const source = { name: 'texts', file: at('texts.jsonl'), kind: 'classification' } as const;
    const only = async (more: object, exclude: readonly string[] = []): Promise<number> => {
      const { counts } = await load({ sources: [{ ...source, ...more }], exclude, validationShare: 0 });
      return counts['texts']?.pairs ?? 0;
    };
    expect(await only({})).toBe(80);
    expect(await only({}, [at('held.jsonl')])).toBe(60);
    const judged = { file: at('renamed.jsonl'), kind: 'classification', text: 'message' } as const;
    const { counts } = await load({ sources: [source], test: [judged], validationShare: 0 });
    expect(counts['texts']).toMatchObject({ pairs: 60, excluded: 10 });
    expect(await only({ share: 0.5 })).toBe(40);
    expect(await only({ limit: 20 })).toBe(20);
  });

  it.each<[string, Partial<NliSourceConfigInput>, number]>([
    ['perLabel', { perLabel: 2 }, 6],
    ['limit', { limit: 24 }, 12],
    ['share', { share: 0.1 }, 6],
  ])('has only drawn texts and sentences encoded, with %s', async (_, few, drawn) => {
    const source = { name: 'topics', file: at('topics.jsonl'), kind: 'classification', ...few } as const;
    const learn = async (): Promise<{ train: readonly NliExamples[]; encoded: readonly string[] }> => {
      const { encoder, encoded } = createRecordingEncoder();
      const { train } = await load({ sources: [source], validationShare: 0 }, (texts, among) =>
        findNearestLabels(encoder, texts, { among }),
      );
      return { train, encoded };
    };
    const { train, encoded } = await learn();
    const premises = new Set(train.flatMap(({ pairs }) => pairs.map(({ premise }) => premise)));
    const sentences = topics.map((topic) => `This text is about ${topic}.`);
    expect([...encoded].sort()).toEqual([...premises, ...sentences].sort());
    expect(premises.size).toBe(drawn);
    expect((await learn()).train).toEqual(train);
  });

  it('refuses pairs that are all alike', async () => {
    const sources = [at('judged.jsonl')];
    await expect(load({ sources, validationShare: 0 })).rejects.toMatchObject({ code: 'TOO_FEW_EXAMPLES' });
  });
});

describe('encodeExamples', () => {
  const pairs = (['entailment', 'neutral', 'not_entailment'] as const).map((label) => ({
    premise: label,
    hypothesis: 'h',
    label,
  }));

  it('follows the order and casing of the outputs', () => {
    expect([...encodeExamples(pairs, ['NOT_ENTAILMENT', 'Entailment']).classes]).toEqual([1, 0, 0]);
    const three = encodeExamples(pairs, ['contradiction', 'neutral', 'entailment']);
    expect([three.texts.length, ...three.classes]).toEqual([3, 2, 1, anyButEntailment]);
    expect(() => encodeExamples(pairs, ['yes', 'no'])).toThrow('there is none for entailment');
  });
});

describe('configurations', () => {
  it('have names for sources, and paths relative to the file and to the data', async () => {
    const sources = ['snli/train.jsonl', { file: 'x.csv.gz' }];
    const config = { $schema: 'nli.schema.json', sources, output: 'model', backbone: './start' };
    await writeFile(at('nli.json'), JSON.stringify(config));
    const loaded = await loadNliConfig(at('nli.json'), { dataDirectory: at('data') });
    expect(JSON.stringify(loaded)).not.toContain('nli.schema.json');
    expect(loaded.sources.map(({ name, file }) => [name, file])).toEqual([
      ['snli/train', at('data', 'snli/train.jsonl')],
      ['x', at('data', 'x.csv.gz')],
    ]);
    expect([loaded.output, loaded.backbone.reference]).toEqual([at('model'), at('start')]);
    expect((await loadNliConfig(at('nli.json'), { output: at('other') })).output).toBe(at('other'));
  });

  it.each<[string, object]>([
    ['"sources": names no source', { sources: [] }],
    ['names must differ', { sources: ['a/x.jsonl', 'b/../a/x.jsonl'] }],
    [
      '"sources.0.templates": is for sources of the kind classification',
      { sources: [{ file: 'x', templates: ['{}'] }] },
    ],
    [
      '"sources.0.premise": is for sources of the kind pairs',
      { sources: [{ file: 'x', kind: 'classification', premise: 'p' }] },
    ],
    ['"classes"', { sources: ['x'], classes: 4 }],
    ['lora is not for this task', { sources: ['x'], training: { lora: {} } }],
    ['Unrecognized key: "learning"', { sources: ['x'], training: { learning: 1 } }],
  ])('with %s are refused', (reason, config) => {
    const message = expect.stringContaining(reason) as unknown;
    expect(() => parseNliConfig({ output: 'x', ...config }, 'It')).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIGURATION', message }) as Error,
    );
  });
});

describe('findNearestLabels', () => {
  it('finds labels that are easily taken for the right one', async () => {
    const encoder = await loadEncoder('all-MiniLM-L6-v2', { cacheDirectory: at('cache') });
    const names = ['anger', 'rage', 'weather', 'cooking'];
    const nearest = await findNearestLabels(
      encoder,
      {
        texts: ['I am so angry with him', 'It will rain and snow tomorrow'],
        labelsOfText: [[0], [2]],
        hypotheses: names.map((name) => [`This text is about ${name}.`, `It is about ${name}.`]),
      },
      { among: 1 },
    );
    await encoder.release();
    expect(nearest[0]).toEqual(Int32Array.of(1));
    expect(nearest[1]?.[0]).not.toBe(2);
  });
});
