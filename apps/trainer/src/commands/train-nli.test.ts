import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand, type CommandOutput } from '../testing/run-command.ts';
import { createTrainCommand } from './train.ts';
import { createZeroShotCommand } from './zero-shot.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const train = (...words: string[]): Promise<CommandOutput> => runCommand(createTrainCommand, words);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-train-nli-'));
  const rows = Array.from({ length: 12 }, (_, index) => `it rains ${index},it is ${index % 2 === 0 ? 'wet' : 'dry'}`);
  const withLabels = rows.map((row, index) => `${row},${index % 2 === 0 ? 'entailment' : 'contradiction'}`);
  await writeFile(at('pairs.csv'), ['premise,hypothesis,label', ...withLabels].join('\n'));
  await writeFile(at('texts.csv'), 'text,label\ngood,positive\nbad,negative\nfine,positive\nawful,negative\n');
  const sources = ['pairs.csv', { file: 'texts.csv', kind: 'classification', templates: ['It is {}.'] }];
  await writeFile(at('config.json'), JSON.stringify({ sources, validation: ['pairs.csv'], output: 'unused' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('trains a model that the zero-shot command takes', async () => {
  const job = ['--task', 'nli', '--config', at('config.json'), '--output', at('model')];
  const { output } = await train(...job, '--steps', '1', '--batch-size', '4', '--json', at('report.json'));
  expect(output).toContain(`Model: ${at('model')}`);
  const report = JSON.parse(await readFile(at('report.json'), 'utf8')) as { sources: Record<string, object> };
  // The pairs are judged by, so they are not trained on.
  expect(Object.values(report.sources)).toMatchObject([
    { pairs: 0, excluded: 12 },
    { pairs: 8, entailment: 4 },
  ]);
  const zeroShot = await runCommand(createZeroShotCommand, [
    ...['--method', 'nli', '--model', at('model'), '--labels', 'wet,dry', 'It rains.'],
  ]);
  const [line = ''] = zeroShot.output.trim().split('\n');
  expect(JSON.parse(line)).toMatchObject({ text: 'It rains.', method: 'nli' });
});

it.each<[string, readonly string[], string]>([
  ['no data', ['--task', 'nli', '--output', 'x'], 'No training data was named.'],
  ['no output', ['--task', 'nli', '--data', 'x.csv'], 'No output folder was named.'],
  ['flags of other tasks', ['--task', 'nli', '--data', 'x', '--output', 'y', '--head', 'linear'], '--head is not for'],
  [
    'flags of this task beside another',
    ['--classes', '3', '--data', 'x', '--output', 'y'],
    '--classes is for the task nli',
  ],
  ['several files for a head', ['--data', 'x', '--data', 'y', '--output', 'z'], 'A head learns from one file'],
  ['data beside a configuration', ['--task', 'nli', '--config', 'c.json', '--data', 'x'], 'cannot be combined'],
  [
    'a data folder without one',
    ['--task', 'nli', '--data', 'x', '--output', 'y', '--data-folder', 'z'],
    '--data-folder is',
  ],
])('refuses %s', async (_, words, text) => {
  const message = expect.stringContaining(text) as unknown;
  await expect(train(...words)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message });
});

it.each([
  ['--task', 'nlp'],
  ['--classes', '4'],
])('refuses %s %s', async (...words) => {
  await expect(train(...words)).rejects.toThrow('It must be');
});
