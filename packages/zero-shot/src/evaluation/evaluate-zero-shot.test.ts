import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeGoldenModel } from '../testing/golden.ts';
import { evaluateZeroShot } from './evaluate-zero-shot.ts';
import type { EvaluationManifest } from './evaluation-manifest.ts';
import { loadEvaluationManifest } from './load-evaluation-manifest.ts';
import { loadEvaluationSet } from './load-evaluation-set.ts';
import type { EvaluationCell } from './results-file.ts';

const requests = [
  ['Where is my parcel?', 'delivery_time', 'en'],
  ['When will my order arrive?', 'delivery_time', 'en'],
  ['I want my money back.', 'refund_request', 'en'],
  ['Please refund my order.', 'refund_request', 'en'],
  ['Wo ist mein Paket?', 'delivery_time', 'de'],
];

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-evaluate-'));
  const rows = requests.map(([text = '', label = '', lang = '']) => JSON.stringify({ text, label, lang }));
  await writeFile(at('requests.jsonl'), rows.join('\n'));
  await writeFile(at('reviews.csv'), 'review,stars\nI love it!,5\nAwful product.,1\nIt is great.,5\n');
  await writeGoldenModel('bert-3', at('model'));
  await writeFile(
    at('manifest.yaml'),
    [
      'sets:',
      '  - { name: requests, file: requests.jsonl, where: { lang: en } }',
      '  - name: reviews',
      '    file: reviews.csv',
      '    text: review',
      '    label: stars',
      '    labels: { "1": terrible, "5": [great, lovely] }',
      '    templates: "It is {}."',
      'variants:',
      '  - { name: similarity, method: embedding }',
      '  - { name: names only, method: embedding, labels: plain, templates: "{}" }',
      '  - { name: entailment, method: nli, model: ./model }',
      'resamples: 50',
    ].join('\n'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const load = (): Promise<EvaluationManifest> => loadEvaluationManifest(at('manifest.yaml'));

describe('evaluateZeroShot', () => {
  it('measures every variant on every set, beside the most frequent label', async () => {
    const { sets, cells, means } = await evaluateZeroShot(await load());
    expect(sets.map(({ set, rows, labels, figures }) => [set, rows, labels, figures.accuracy])).toEqual([
      ['requests', 4, 2, 0.5],
      ['reviews', 3, 2, 2 / 3],
    ]);
    expect(cells.map(({ variant, set, method }) => `${variant} ${set} ${method}`)).toEqual([
      'similarity requests embedding',
      'similarity reviews embedding',
      'names only requests embedding',
      'names only reviews embedding',
      'entailment requests nli',
      'entailment reviews nli',
    ]);
    expect(cells[0]?.figures).toMatchObject({ accuracy: { value: 1, low: 1, high: 1 }, macro_f1: { value: 1 } });
    expect(cells[1]?.figures.accuracy.value).toBe(1);
    for (const { variant, figures } of means) {
      const own = cells.filter((cell) => cell.variant === variant).map((cell) => cell.figures.macro_f1.value);
      expect(figures.macro_f1.value).toBeCloseTo(((own[0] ?? 0) + (own[1] ?? 0)) / 2, 12);
    }
  });

  it('takes finished cells from the results file, and computes again what changed', async () => {
    const manifest = await load();
    const resultsFile = at('results.json');
    const run = async (changed: EvaluationManifest): Promise<readonly [EvaluationCell, boolean][]> => {
      const seen: [EvaluationCell, boolean][] = [];
      await evaluateZeroShot(changed, { resultsFile, onCell: (cell, isNew) => seen.push([cell, isNew]) });
      return seen;
    };
    // Stopped after the first cell, as by a crash: that one is kept.
    const stop = new AbortController();
    const stopped = evaluateZeroShot(manifest, { resultsFile, signal: stop.signal, onCell: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    const first = await run(manifest);
    expect(first.map(([, isNew]) => isNew)).toEqual([false, true, true, true, true, true]);
    const again = await run(manifest);
    expect(again).toEqual(first.map(([cell]) => [cell, false]));
    const [similarity, ...others] = manifest.variants;
    if (similarity === undefined) throw new Error('No variant');
    const changed = [{ ...similarity, name: 'renamed' }, { ...similarity, templates: 'A {}.' }, ...others];
    const third = await run({ ...manifest, variants: changed });
    expect(third.map(([cell, isNew]) => `${cell.variant} ${String(isNew)}`)).toEqual([
      'renamed false',
      'renamed false',
      'similarity true',
      'similarity true',
      'names only false',
      'names only false',
      'entailment false',
      'entailment false',
    ]);
    const saved = JSON.parse(await readFile(resultsFile, 'utf8')) as { cells: unknown[] };
    expect(saved.cells).toHaveLength(8);
  });

  it('checks everything before a model is loaded', async () => {
    const manifest = await load();
    const broken = manifest.variants.map((variant) => ({ ...variant, model: './no-such-model', templates: 'none' }));
    await expect(evaluateZeroShot({ ...manifest, variants: broken })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('The template "none" has no {}.') as unknown,
    });
    await expect(evaluateZeroShot(manifest, { resultsFile: at('reviews.csv') })).rejects.toMatchObject({
      code: 'DATA_MALFORMED',
    });
    await writeFile(at('other.json'), '{"version": 1}');
    await expect(evaluateZeroShot(manifest, { resultsFile: at('other.json') })).rejects.toMatchObject({
      code: 'DATA_MALFORMED',
    });
  });
});

describe('loadEvaluationSet', () => {
  const all = { limit: undefined, seed: 1 };

  it('draws the same rows for the same seed, in the order of the file', async () => {
    const { sets } = await load();
    const set = { name: 'requests', file: at('requests.jsonl'), label: 'label', where: {} };
    const whole = await loadEvaluationSet(set, all);
    expect(whole.texts).toHaveLength(5);
    const drawn = await loadEvaluationSet(set, { limit: 3, seed: 1 });
    expect(drawn.texts).toHaveLength(3);
    expect(whole.texts.filter((text) => drawn.texts.includes(text))).toEqual(drawn.texts);
    expect(await loadEvaluationSet(set, { limit: 3, seed: 1 })).toEqual(drawn);
    const draws = await Promise.all([1, 2, 3, 4, 5].map((seed) => loadEvaluationSet(set, { limit: 2, seed })));
    expect(new Set(draws.map(({ texts }) => texts.join())).size).toBeGreaterThan(1);
    expect(sets).toHaveLength(2);
  });

  it('compares cells of text files with numbers, and says which rows it leaves out', async () => {
    const set = { name: 'reviews', file: at('reviews.csv'), text: 'review', label: 'stars', where: { stars: 5 } };
    expect((await loadEvaluationSet(set, all)).texts).toEqual(['I love it!', 'It is great.']);
    await writeFile(at('broken.jsonl'), '{"text": "a", "label": "x"}\n{"text": 7}\n{"text": "b", "label": "y"}');
    const broken = { name: 'broken', file: at('broken.jsonl'), label: 'label', where: {} };
    expect(await loadEvaluationSet(broken, all)).toMatchObject({ texts: ['a', 'b'], problems: [{ row: 2 }] });
    const warnings: string[] = [];
    const logger = { info: () => undefined, warn: (message: string) => warnings.push(message) };
    const manifest = { ...(await load()), sets: [broken] };
    await evaluateZeroShot({ ...manifest, variants: manifest.variants.slice(0, 1) }, { logger });
    expect(warnings).toEqual([expect.stringContaining('Set "broken": 1 rows of') as unknown]);
  });

  it.each([
    [{ where: { lang: 'fr' } }, 'DATA_EMPTY', 'has no row'],
    [{ label: 'intent' }, 'COLUMN_NOT_FOUND', '"intent"'],
    [{ where: { language: 'en' } }, 'COLUMN_NOT_FOUND', '"language"'],
    [{ labels: { delivery_time: 'delivery' } }, 'UNKNOWN_LABEL', 'refund_request'],
  ])('refuses %j', async (changes, code, text) => {
    const set = { name: 'requests', file: at('requests.jsonl'), label: 'label', where: {}, ...changes };
    const message = expect.stringContaining(text) as unknown;
    await expect(loadEvaluationSet(set as never, all)).rejects.toMatchObject({ code, message });
  });
});

describe('loadEvaluationManifest', () => {
  it('fills in defaults; paths are relative to the manifest, other references are not', async () => {
    await writeFile(at('short.json'), JSON.stringify({ sets: [{ name: 'a', file: 'requests.jsonl' }] }));
    const manifest = await loadEvaluationManifest(at('short.json'));
    expect(manifest).toMatchObject({
      sets: [{ file: at('requests.jsonl'), label: 'label', where: {} }],
      variants: [{ name: 'auto', method: 'auto', labels: 'verbalised', longText: 'truncate' }],
      seed: 1,
      resamples: 1000,
    });
    expect((await load()).variants[2]?.model).toBe(at('model'));
    await writeFile(at('hub.json'), '{"sets":[{"name":"a","file":"b"}],"variants":[{"name":"c","model":"org/name"}]}');
    expect((await loadEvaluationManifest(at('hub.json'))).variants[0]?.model).toBe('org/name');
  });

  it.each([
    ['{"sets": []}', '"sets"'],
    ['{"sets": [{"name": "a"}]}', '"sets.0.file"'],
    ['{"sets": [{"name": "a", "file": "b"}, {"name": "a", "file": "c"}]}', 'names must differ'],
    ['{"sets": [{"name": "a", "file": "b", "lable": "c"}]}', 'lable'],
    ['{"sets": [{"name": "a", "file": "b"}], "variants": [{"name": "c", "method": "guess"}]}', '"variants.0.method"'],
    ['[', 'cannot be parsed'],
  ])('refuses %s', async (content, text) => {
    await writeFile(at('wrong.json'), content);
    const message = expect.stringContaining(text) as unknown;
    await expect(loadEvaluationManifest(at('wrong.json'))).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message,
    });
  });
});
