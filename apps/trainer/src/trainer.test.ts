import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { hasErrorCode, PolyheadError } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from './command-context.ts';
import { toExitCode } from './exit-codes.ts';
import { createProgressDisplay } from './output/progress.ts';
import { createTerminalLogger, type Terminal } from './output/terminal.ts';
import { createProgram } from './program.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

/** Runs a command in this process and gives back what it wrote. */
async function polyhead(...words: string[]): Promise<{ output: string; messages: string }> {
  const output = new PassThrough();
  const messages = new PassThrough();
  const terminal: Terminal = { output, messages, interactive: false };
  const context: CommandContext = {
    terminal,
    logger: createTerminalLogger(terminal),
    progress: createProgressDisplay(terminal),
    signal: new AbortController().signal,
  };
  const program = createProgram(context);
  program.configureOutput({
    writeErr: (text) => void messages.write(text),
    writeOut: (text) => void output.write(text),
  });
  for (const command of program.commands) command.configureOutput({ writeErr: (text) => void messages.write(text) });
  await program.parseAsync(words, { from: 'user' });
  const read = (stream: PassThrough): string => String(stream.read() ?? '');
  return { output: read(output), messages: read(messages) };
}

const weather = [
  'Will it rain tomorrow?',
  'How warm is it outside?',
  'Is there snow in the mountains?',
  'What is the forecast?',
  'Is a storm coming?',
];
const music = [
  'Play some jazz.',
  'Skip this song.',
  'Turn the volume up.',
  'Who sings this?',
  'Play my favourite album.',
];
const food = [
  'Order a pizza.',
  'I want sushi tonight.',
  'Find a recipe for soup.',
  'Is the bakery open?',
  'Book a table for dinner.',
];

function trainingRows(): { text: string; label: string; tags: string[] }[] {
  const repeat = (texts: string[], label: string, tags: string[]): { text: string; label: string; tags: string[] }[] =>
    texts.flatMap((text) => [
      { text, label, tags },
      { text: `Please: ${text}`, label, tags: [...tags, 'polite'] },
    ]);
  return [
    ...repeat(weather, 'weather', ['outside']),
    ...repeat(music, 'music', ['fun']),
    ...repeat(food, 'food', ['fun', 'outside']),
  ];
}

const digest = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
const readJson = async (path: string): Promise<Record<string, never>> =>
  JSON.parse(await readFile(path, 'utf8')) as Record<string, never>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-trainer-'));
  const rows = trainingRows();
  await writeFile(at('train.csv'), ['text,label', ...rows.map(({ text, label }) => `"${text}",${label}`)].join('\n'));
  await writeFile(at('tags.jsonl'), rows.map(({ text, tags }) => JSON.stringify({ text, labels: tags })).join('\n'));
  await writeFile(
    at('test.csv'),
    'text,label\nIs it going to be sunny?,weather\nPlay rock music.,music\nOrder a burger.,food\n',
  );
  await writeFile(at('new.txt'), 'Will the sun shine?\n\nPlay the next track.\n');
  await polyhead(
    'train',
    '--data',
    at('train.csv'),
    '--test',
    at('test.csv'),
    '--name',
    'intent',
    '--output',
    at('model'),
    '--json',
    at('report.json'),
    '--no-cache',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('train', () => {
  it('writes the model folder and every figure as JSON', async () => {
    expect(await readdir(at('model'))).toEqual(
      expect.arrayContaining(['polyhead.json', 'heads', 'metrics.json', 'README.md', 'report.html']),
    );
    const report = await readJson(at('report.json'));
    expect(Object.keys(report)).toEqual(['heads', 'seconds', 'counts']);
    expect(report['heads']).toMatchObject({
      intent: {
        validation: { task: 'single-label', rows: 6 },
        test: {
          rows: 3,
          accuracy: 1,
          macro_f1: 1,
          micro_f1: 1,
          weighted_f1: 1,
          per_label: { music: { support: 1 } },
          confusion_matrix: { labels: ['food', 'music', 'weather'] },
        },
      },
    });
    expect(report['counts']).toMatchObject({
      distinct_texts: 33,
      heads: { intent: { train: 24, validation: 6, test: 3, labels: 3 } },
    });
  });

  it('gives the same bytes for the same seed, from a configuration file too', async () => {
    await writeFile(
      at('job.yaml'),
      'heads:\n  intent:\n    data: { train: train.csv, test: test.csv }\noutput: from-file\nembeddingCache: false\n',
    );
    const { output } = await polyhead('train', '--config', at('job.yaml'));
    expect(output).toContain('intent (logistic-regression, single-label, 3 labels)');
    expect(await digest(at('from-file', 'heads', 'intent.safetensors'))).toBe(
      await digest(at('model', 'heads', 'intent.safetensors')),
    );
  });

  it.each([
    ['no data', ['train', '--output', 'x'], 'INVALID_ARGUMENT', 2],
    ['no output', ['train', '--data', 'x.csv'], 'INVALID_ARGUMENT', 2],
    [
      'two label columns',
      ['train', '--data', 'x.csv', '--label', 'a', '--labels', 'b', '--output', 'x'],
      'INVALID_CONFIGURATION',
      2,
    ],
    ['flags of a head beside a file', ['train', '--config', 'job.yaml', '--label', 'a'], 'INVALID_ARGUMENT', 2],
    ['a delimiter beside a file', ['train', '--config', 'job.yaml', '--delimiter', '|'], 'INVALID_ARGUMENT', 2],
    ['a share beside a file', ['train', '--config', 'job.yaml', '--validation-share', '0.5'], 'INVALID_ARGUMENT', 2],
    ['no calibration beside a file', ['train', '--config', 'job.yaml', '--no-calibrate'], 'INVALID_ARGUMENT', 2],
    ['abstaining beside a file', ['train', '--config', 'job.yaml', '--abstain', '0.5'], 'INVALID_ARGUMENT', 2],
    [
      'a head of many labels that abstains',
      ['train', '--data', 'tags.jsonl', '--labels', 'labels', '--abstain', '0.5', '--output', 'x'],
      'TASK_UNSUPPORTED',
      1,
    ],
    ['no tuning beside a file', ['train', '--config', 'job.yaml', '--no-tune-thresholds'], 'INVALID_ARGUMENT', 2],
    [
      'epochs for a frozen encoder',
      ['train', '--data', 'x.csv', '--epochs', '2', '--output', 'x'],
      'INVALID_ARGUMENT',
      2,
    ],
    ['resuming a frozen encoder', ['train', '--data', 'x.csv', '--resume', '--output', 'x'], 'INVALID_ARGUMENT', 2],
    ['another method than the file', ['train', '--config', 'job.yaml', '--method', 'finetune'], 'INVALID_ARGUMENT', 2],
    [
      'a head type that is not trained with the encoder',
      ['train', '--method', 'finetune', '--data', 'train.csv', '--head', 'ridge', '--output', 'x'],
      'INVALID_CONFIGURATION',
      2,
    ],
    [
      'nothing to resume',
      ['train', '--method', 'finetune', '--data', 'train.csv', '--resume', '--output', 'new'],
      'CHECKPOINT_NOT_FOUND',
      1,
    ],
    ['a missing file', ['train', '--data', 'none.csv', '--output', 'x'], 'FILE_NOT_FOUND', 1],
    [
      'an unknown head type',
      ['train', '--data', 'train.csv', '--head', 'magic', '--output', 'x'],
      'HEAD_TYPE_UNKNOWN',
      1,
    ],
    [
      'an unknown option of a head',
      ['train', '--data', 'train.csv', '--option', 'c=3', '--output', 'x'],
      'INVALID_ARGUMENT',
      2,
    ],
    ['a wrong column', ['train', '--data', 'train.csv', '--label', 'intnt', '--output', 'x'], 'COLUMN_NOT_FOUND', 1],
    ['a folder of something else as output', ['train', '--data', 'train.csv', '--output', '.'], 'OUTPUT_EXISTS', 1],
  ])('refuses %s', async (_name, words, code, exitCode) => {
    const located = words.map((word) => (/\.(csv|yaml|jsonl)$|^\.$/.test(word) ? at(word) : word));
    const error: unknown = await polyhead(...located).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(toExitCode(error)).toBe(exitCode);
    expect(await readdir(folder)).not.toContain('x');
  });
});

describe('train --method finetune', () => {
  it('trains the encoder with the head, says how it goes and writes a model like any other', async () => {
    const flags = ['--data', at('train.csv'), '--name', 'intent', '--output', at('tuned')];
    const settings = ['--epochs', '2', '--learning-rate', '0.0002', '--batch-size', '8', '--seed', '1'];
    const { output, messages } = await polyhead('train', '--method', 'finetune', ...flags, ...settings);
    expect(messages).toMatch(/epoch 1: loss \d.*intent\.macro_f1 \d.*\n[^]*epoch 2: loss/);
    expect(output).toContain('intent (linear, single-label, 3 labels)');
    expect(await readdir(folder)).not.toContain('tuned.checkpoint');
    const history = await readJson(at('tuned', 'training.json'));
    expect(JSON.stringify(history)).toContain('macro_f1');
    const answers = await polyhead('predict', at('tuned'), 'Play a song by the Beatles.', '--format', 'csv');
    expect(answers.output).toContain('music');
    expect((await polyhead('info', at('tuned'))).output).toContain('copied');
  });
});

describe('predict', () => {
  it('answers in every format', async () => {
    const words = ['predict', at('model'), 'Is it sunny?', 'Play a song.'];
    const json = JSON.parse((await polyhead(...words, '--format', 'json')).output) as {
      heads: { intent: { label: string } };
    }[];
    expect(json.map(({ heads }) => heads.intent.label)).toEqual(['weather', 'music']);
    const lines = (await polyhead(...words, '--format', 'jsonl')).output.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(json);
    const csv = (await polyhead(...words, '--format', 'csv')).output.trim().split('\n');
    expect(csv[0]).toBe('text,intent,intent_score,truncated');
    expect(csv[1]).toMatch(/^Is it sunny\?,weather,0\.\d{4},false$/);
    expect((await polyhead(...words, '--format', 'table')).output).toContain('music (0.');
  });

  it('gives no answer below the probability asked for', async () => {
    const words = ['predict', at('model'), 'Is it sunny?', '--format', 'jsonl', '--abstain'];
    const labelOf = async (probability: string): Promise<unknown> =>
      (JSON.parse((await polyhead(...words, probability)).output) as { heads: { intent: { label: unknown } } }).heads
        .intent.label;
    expect(await labelOf('1')).toBeNull();
    expect(await labelOf('0')).toBe('weather');
    await expect(polyhead(...words, '60')).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  });

  it('does not take texts that follow --head for names of heads', async () => {
    const { output } = await polyhead('predict', at('model'), '--head', 'intent', 'Is it sunny?', '--format', 'csv');
    expect(output.split('\n')[1]).toContain('Is it sunny?,weather');
  });

  it('reads and writes files, and lists the best labels only', async () => {
    await polyhead('predict', at('model'), '--input', at('new.txt'), '--output', at('out.jsonl'), '--top-k', '1');
    const rows = (await readFile(at('out.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { text: string; heads: { intent: { scores: unknown[] } } });
    expect(rows.map(({ text }) => text)).toEqual(['Will the sun shine?', 'Play the next track.']);
    expect(rows[0]?.heads.intent.scores).toHaveLength(1);
  });

  it.each([
    ['no text', ['predict', 'model'], 'INVALID_ARGUMENT'],
    ['text twice', ['predict', 'model', 'a', '--input', 'new.txt'], 'INVALID_ARGUMENT'],
    ['an unknown head', ['predict', 'model', 'a', '--head', 'nope'], 'HEAD_NOT_FOUND'],
    ['no model', ['predict', 'none', 'a'], 'FILE_NOT_FOUND'],
  ])('refuses %s', async (_name, words, code) => {
    const located = words.map((word) => (/^(model|none|new\.txt)$/.test(word) ? at(word) : word));
    await expect(polyhead(...located)).rejects.toMatchObject({ code });
  });

  it('leaves an old output file as it was when it fails', async () => {
    await writeFile(at('kept.jsonl'), 'old');
    await expect(
      polyhead('predict', at('model'), '--input', at('missing.txt'), '--output', at('kept.jsonl')),
    ).rejects.toSatisfy((error: unknown) => hasErrorCode(error, 'FILE_NOT_FOUND'));
    expect(await readFile(at('kept.jsonl'), 'utf8')).toBe('old');
  });
});

describe('evaluate', () => {
  it('measures a head on a file and writes the figures', async () => {
    const { output } = await polyhead(
      'evaluate',
      at('model'),
      '--data',
      at('test.csv'),
      '--json',
      at('evaluation.json'),
    );
    expect(output).toContain('accuracy');
    expect(await readJson(at('evaluation.json'))).toMatchObject({ heads: { intent: { test: { accuracy: 1 } } } });
  });

  it('reports rows that it cannot use', async () => {
    await writeFile(at('gaps.csv'), `${await readFile(at('test.csv'), 'utf8')}\n,weather\n`);
    const { messages } = await polyhead('evaluate', at('model'), '--data', at('gaps.csv'));
    expect(messages).toMatch(/warning: 1 row of ".*gaps\.csv" skipped\. First: .*column "text" is empty/);
  });

  it('refuses labels that the head does not know', async () => {
    await writeFile(at('strange.csv'), 'text,label\nhello,greeting\n');
    await expect(polyhead('evaluate', at('model'), '--data', at('strange.csv'))).rejects.toMatchObject({
      code: 'UNKNOWN_LABEL',
      message: expect.stringContaining('greeting') as string,
    });
  });
});

describe('embed', () => {
  it('writes a JSON line a text', async () => {
    const { output } = await polyhead('embed', 'one', 'two words');
    const rows = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { text: string; embedding: number[]; truncated: boolean });
    expect(rows.map(({ text, truncated }) => [text, truncated])).toEqual([
      ['one', false],
      ['two words', false],
    ]);
    expect(rows[0]?.embedding).toHaveLength(384);
    expect(Object.keys(rows[0] ?? {})).toEqual(['text', 'embedding', 'truncated']);
  });
});

describe('head, thresholds, export, info', () => {
  it('calibrates a head and lets it abstain, or not', async () => {
    const words = ['head', 'add', at('model'), '--data', at('train.csv'), '--no-cache', '--name'];
    const { output } = await polyhead(...words, 'sure', '--abstain', 'accuracy=0.5');
    expect(output).toMatch(/ECE before.*answered/);
    await polyhead(...words, 'plain', '--no-calibrate');
    const info = (await polyhead('info', at('model'), '--json')).output;
    const { heads } = JSON.parse(info) as { heads: { name: string; calibration?: object; abstention?: object }[] };
    const find = (name: string): object | undefined => heads.find((head) => head.name === name);
    expect(find('sure')).toMatchObject({ calibration: {}, abstention: {} });
    expect(find('plain')).not.toHaveProperty('calibration');
    expect((await polyhead('info', at('model'))).output).toContain('abstains below');
    for (const name of ['sure', 'plain']) await polyhead('head', 'remove', at('model'), '--name', name);
  });

  it('adds, retrains and removes a head and leaves the other one alone', async () => {
    const before = await digest(at('model', 'heads', 'intent.safetensors'));
    const data = ['--data', at('tags.jsonl'), '--labels', 'labels', '--no-cache'];
    const added = await polyhead('head', 'add', at('model'), '--name', 'tags', ...data);
    expect(added.output).toMatch(/ validation, cut at 0\.5 .*\n.* validation, tuned on these rows /);
    expect((await polyhead('head', 'list', at('model'))).output).toMatch(/intent[\s\S]*tags/);
    expect((await polyhead('info', at('model'))).output).toContain('all-MiniLM-L6-v2');
    await expect(polyhead('head', 'add', at('model'), '--name', 'tags', ...data)).rejects.toMatchObject({
      code: 'HEAD_EXISTS',
    });
    await polyhead('head', 'train', at('model'), '--name', 'tags', '--head', 'ridge', ...data);
    await expect(polyhead('head', 'train', at('model'), '--name', 'nope', ...data)).rejects.toMatchObject({
      code: 'HEAD_NOT_FOUND',
    });
    const tuned = await polyhead(
      'thresholds',
      'tune',
      at('model'),
      '--head',
      'tags',
      '--data',
      at('tags.jsonl'),
      '--metric',
      'balanced_accuracy',
    );
    expect(tuned.output).toContain('polite');
    await polyhead('export', at('model'), '--output', at('onnx'));
    expect(await readdir(at('onnx'))).toEqual(
      expect.arrayContaining(['intent.onnx', 'tags.onnx', 'model.onnx', 'tokenizer.json']),
    );
    await polyhead('head', 'remove', at('model'), '--name', 'tags');
    expect(await digest(at('model', 'heads', 'intent.safetensors'))).toBe(before);
    expect(await readdir(at('model', 'heads'))).not.toContain('tags.safetensors');
    await expect(polyhead('head', 'remove', at('model'), '--name', 'tags')).rejects.toMatchObject({
      code: 'HEAD_NOT_FOUND',
    });
  });
});

describe('exit codes', () => {
  it('are 2 for wrong usage, 130 for an interruption, 1 for the rest', () => {
    expect(toExitCode(new PolyheadError('INVALID_ARGUMENT', { message: 'x' }))).toBe(2);
    expect(toExitCode(new PolyheadError('ABORTED', { message: 'x' }))).toBe(130);
    expect(toExitCode(new PolyheadError('DISK_FULL', { message: 'x' }))).toBe(1);
    expect(toExitCode(new TypeError('x'))).toBe(1);
  });
});
