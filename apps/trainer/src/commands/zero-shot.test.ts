import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, type CommandOutput } from '../testing/run-command.ts';
import { createTrainCommand } from './train.ts';
import { createZeroShotCommand } from './zero-shot.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-zero-shot-command-'));
  await writeFile(at('texts.csv'), 'text\nWhere is my parcel?\nI want my money back.\n');
  await writeFile(at('labels.txt'), 'shipping\n\nrefund\n');
  await writeFile(
    at('labels.json'),
    JSON.stringify(['shipping', { label: 'money', descriptions: ['The customer wants a refund.'], threshold: 0.2 }]),
  );
  await writeFile(at('wrong.json'), '[{"label": "a", "wording": ["b"]}]');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const zeroShot = (...words: string[]): Promise<CommandOutput> => runCommand(createZeroShotCommand, words);

interface Line {
  readonly text: string;
  readonly labels: readonly string[];
  readonly scores: readonly { readonly label: string; readonly score: number }[];
  readonly method: string;
}
const toLines = (output: string): Line[] =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('zero-shot', () => {
  it('classifies texts with nothing but labels, and says how', async () => {
    const { output, messages } = await zeroShot(
      '--labels',
      'billing, shipping,refund',
      'Where is my parcel?',
      'Refund me!',
    );
    const lines = toLines(output);
    expect(lines.map(({ text, labels }) => [text, ...labels])).toEqual([
      ['Where is my parcel?', 'shipping'],
      ['Refund me!', 'refund'],
    ]);
    expect(lines[0]?.scores).toHaveLength(3);
    expect(lines[0]).toMatchObject({ method: 'cascade', truncated: false, token_count: expect.any(Number) as number });
    expect(messages).toContain('Method: cascade');
  });

  it('reads texts and labels from files, and writes CSV', async () => {
    const files = ['--labels-file', at('labels.txt'), '--input', at('texts.csv'), '--output', at('out.csv')];
    const { output } = await zeroShot(...files, '--method', 'embedding');
    expect(output).toBe('');
    const rows = (await readFile(at('out.csv'), 'utf8')).trim().split('\n');
    expect(rows[0]).toBe('text,labels,scores,method,truncated');
    expect(rows[1]).toMatch(/^Where is my parcel\?,shipping,0\.\d{4},embedding,false$/);
    expect(rows[2]).toMatch(/^I want my money back\.,refund,/);
  });

  it('writes only texts with a label, which a head learns from', async () => {
    const words = [
      '--labels-file',
      at('labels.txt'),
      '--input',
      at('texts.csv'),
      '--method',
      'embedding',
      '--only-chosen',
    ];
    const all = await zeroShot(...words, '--output', at('all.csv'));
    expect(all.messages).toContain('2 of 2 texts have a label');
    const none = await zeroShot(...words, '--threshold', '1', '--output', at('none.csv'));
    expect(none.messages).toContain('0 of 2 texts have a label');
    expect(await readFile(at('none.csv'), 'utf8')).toBe('text,labels,scores,method,truncated\n');
    const head = ['--data', at('all.csv'), '--label', 'labels', '--validation-share', '0', '--output', at('head')];
    expect((await runCommand(createTrainCommand, head)).output).toContain(at('head'));
  });

  it('takes templates, descriptions and thresholds, and shows a table', async () => {
    const words = [
      '--labels-file',
      at('labels.json'),
      '--multi-label',
      '--threshold',
      '0.999',
      '--format',
      'table',
      '--method',
      'embedding',
    ];
    const { output } = await zeroShot(...words, '--template', '{}', '--template', 'It is {}.', 'I want my money back.');
    expect(output).toMatch(/I want my money back\..*│ money \(0\.\d{4}\).*│ shipping \(0\.\d{4}\)/);
    const top = await zeroShot('--labels', 'a,b,c', '--top-k', '1', '--threshold', '1', 'text');
    expect(toLines(top.output)[0]).toMatchObject({ labels: [], scores: [{}] });
  });

  it('takes outputs of the NLI model by name or number', async () => {
    const words = ['--labels', 'shipping, refund', '--method', 'nli', '--format', 'jsonl', 'Where is my parcel?'];
    const best = async (...more: string[]): Promise<string | undefined> =>
      toLines((await zeroShot(...words, ...more)).output)[0]?.labels[0];
    expect(await best('--entailment', 'entailment', '--window-pooling', 'mean')).toBe('shipping');
    expect(await best('--entailment', '1', '--contradiction', '0')).toBe('refund');
  });

  it.each([
    [['text'], 'INVALID_ARGUMENT', 'No labels were given.'],
    [['--labels', ' , ', 'text'], 'INVALID_ARGUMENT', 'There are no labels.'],
    [
      ['--labels', 'a|b, c', '--multi-label', '--format', 'csv', 'text'],
      'INVALID_ARGUMENT',
      'The label "a|b" has a "|"',
    ],
    [['--labels', 'a,a', 'text'], 'INVALID_ARGUMENT', 'The label "a" occurs twice.'],
    [['--labels', 'a', '--template', 'none', 'text'], 'INVALID_ARGUMENT', 'The template "none" has no {}.'],
    [['--labels', 'a'], 'INVALID_ARGUMENT', 'No text was given.'],
    [['--labels', 'a', '--method', 'nli', '--model', './none', 'text'], 'FILE_NOT_FOUND', 'none'],
    [['--labels', 'a', '--method', 'guess', 'text'], 'commander.invalidArgument', 'Allowed choices are'],
    [['--labels', 'a', '--threshold', '7', 'text'], 'commander.invalidArgument', 'between 0 and 1'],
    [['--labels', 'a', '--labels-file', 'b.txt', 'text'], 'INVALID_ARGUMENT', 'both by --labels and by --labels-file'],
    [['--labels-file', 'no-such-file.txt', 'text'], 'FILE_NOT_FOUND', 'no-such-file.txt'],
  ])('refuses %j', async (words, code, text) => {
    const message = expect.stringContaining(text) as unknown;
    await expect(zeroShot(...words)).rejects.toMatchObject({ code, message });
  });

  it('evaluates: one table, figures in a file, and nothing twice', async () => {
    await writeFile(
      at('set.csv'),
      'text,label\nWhere is my parcel?,shipping\nI want my money back.,refund\nRefund!,refund\n',
    );
    const sets = [{ name: 'shop', file: 'set.csv' }];
    const variants = [
      { name: 'all templates', method: 'embedding' },
      { name: 'one', method: 'embedding', templates: 'It is about {}.' },
    ];
    await writeFile(at('manifest.json'), JSON.stringify({ sets, variants, resamples: 20 }));
    const words = ['evaluate', '--manifest', at('manifest.json'), '--results', at('results.json')];
    const { output, messages } = await zeroShot(...words);
    expect(output).toMatch(/macro F1 \[95 %\].*all templates.*one/);
    expect(output).toMatch(/shop +│ 3 +│ 2 +│ 0\.400 +│ 1\.000 \[/);
    expect(messages).toMatch(/one on shop: macro F1 1\.000 \(\d+\.\d s\)/);
    expect(JSON.parse(await readFile(at('results.json'), 'utf8'))).toMatchObject({ cells: [{ set: 'shop' }, {}] });
    expect((await zeroShot(...words)).messages).toContain('one on shop: macro F1 1.000 (from the results file)');
    const plotted = await zeroShot(...words, '--plot', at('plot.html'));
    expect(plotted.messages).toContain(`Plot: ${at('plot.html')}`);
    const page = await readFile(at('plot.html'), 'utf8');
    expect(page).toMatch(/<svg role="img" aria-label="macro F1 on shop: all templates 1\.000?, 95 % from/);
    expect(page).not.toContain('<script');
    await expect(zeroShot('evaluate')).rejects.toMatchObject({ code: 'commander.missingMandatoryOptionValue' });
  });

  it('refuses a label file with a field that it does not know', async () => {
    const message = expect.stringContaining('entry 0 has the field "wording" with ["b"]') as unknown;
    const refusal = { code: 'DATA_MALFORMED', message };
    await expect(zeroShot('--labels-file', at('wrong.json'), 'text')).rejects.toMatchObject(refusal);
  });
});
