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
  await writeFile(
    at('moods.csv'),
    `message,mood\n${Array.from({ length: 10 }, (_, index) => `mail ${index},${index % 2 === 0 ? 'positive' : 'negative'}`).join('\n')}`,
  );
  await writeFile(at('labels.json'), JSON.stringify(['positive', { label: 'negative', wordings: ['bad', 'sad'] }]));
  await writeFile(at('numbers.csv'), 'a,b\n1,2\n');
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

it('trains as long as a flag says, whatever a configuration has in its place', async () => {
  const training = { steps: 40, batchTokens: 30 };
  const config = { sources: ['pairs.csv'], output: 'unused', validationShare: 0, training };
  await writeFile(at('long.json'), JSON.stringify(config));
  const job = ['--task', 'nli', '--config', at('long.json'), '--output', at('short')];
  await train(...job, '--epochs', '1', '--batch-size', '100');
  const record = JSON.parse(await readFile(join(at('short'), 'training.json'), 'utf8')) as {
    steps: { step: number }[];
  };
  expect(record.steps.at(-1)?.step).toBe(1);
});

it('trains on labelled texts, told from pairs by their columns, on top of a model of three classes', async () => {
  const sentences = ['--template', 'It is {}.', '--template', 'The mood is {}.', '--labels-file', at('labels.json')];
  const few = ['--task', 'nli', '--data', at('moods.csv'), '--text', 'message', '--label', 'mood', '--shots', '3'];
  const small = ['--steps', '1', '--batch-size', '4', '--validation-share', '0'];
  await train('--task', 'nli', '--data', at('pairs.csv'), '--classes', '3', ...small, '--output', at('base'));
  const { output, messages } = await train(
    ...few,
    ...sentences,
    ...small,
    '--backbone',
    at('base'),
    '--output',
    at('few'),
  );
  expect(messages).toContain('labelled texts, which become pairs');
  expect(messages).toContain('Three classes, as the checkpoint has');
  // Three texts of either label, each with as many wrong ones.
  expect(output).toMatch(/moods +│ +12 │ +6 │/);
  const record = JSON.parse(await readFile(join(at('few'), 'training.json'), 'utf8')) as {
    settings: { classes: number; sources: object[] };
  };
  expect(record.settings).toMatchObject({
    classes: 3,
    sources: [
      {
        ...{ kind: 'classification', text: 'message', label: 'mood', perLabel: 3 },
        templates: ['It is {}.', 'The mood is {}.'],
        wordings: { negative: { wordings: ['bad', 'sad'] } },
      },
    ],
  });
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

it.each<[string, string, readonly string[], string, string]>([
  ['a file without texts', 'numbers.csv', [], 'COLUMN_NOT_FOUND', 'nor the column "text"'],
  ['flags about texts for pairs', 'pairs.csv', ['--shots', '3'], 'INVALID_ARGUMENT', '--shots is about labelled texts'],
  [
    'a template without {}',
    'texts.csv',
    ['--template', 'It is so.'],
    'INVALID_ARGUMENT',
    'does not have {} exactly once',
  ],
])('refuses %s', async (_, file, words, code, text) => {
  const message = expect.stringContaining(text) as unknown;
  const job = train('--task', 'nli', '--data', at(file), '--output', at('refused'), ...words);
  await expect(job).rejects.toMatchObject({ code, message });
});
