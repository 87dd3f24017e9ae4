import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLabeledTexts } from '@polyhead/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, type CommandOutput } from '../testing/run-command.ts';
import { createSampleCommand } from './sample.ts';

const csvRows = [
  'id,text,note,label',
  '1,"How, and when?","a ""quoted"" note",time',
  '2,"Two\nlines", spaced ,time',
  '3,,no text,time',
  '4,When?,,time',
  '5,Where?,,place',
];
const jsonRows = [
  { text: 'Rain in Rome', labels: ['weather', 'place'], source: { page: 1 } },
  { text: 'Jazz', labels: ['music'], year: 1959 },
  { text: 'Rain', labels: ['weather'], checked: true },
  { text: 'Nothing', labels: [] },
];

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-sample-'));
  await writeFile(at('all.csv'), csvRows.join('\n'));
  await writeFile(at('all.jsonl'), jsonRows.map((row) => JSON.stringify(row)).join('\n'));
  await writeFile(at('numbers.csv'), 'text,value\na,1\nb,2\n');
  await writeFile(at('one-class.csv'), 'text,label\na,x\nb,x\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sample = (data: string, shots: string, output: string, ...words: string[]): Promise<CommandOutput> =>
  runCommand(createSampleCommand, ['--data', at(data), '--shots', shots, '--output', at(output), ...words]);
const linesOf = async (name: string): Promise<string[]> => (await readFile(at(name), 'utf8')).trimEnd().split('\n');

describe('sample', () => {
  it('keeps all columns of the rows that it draws, and shows the counts', async () => {
    const { output, messages } = await sample('all.csv', '9', 'every-row.csv');
    expect(await readFile(at('every-row.csv'), 'utf8')).toBe(
      [csvRows[0], csvRows[1], '2,"Two\nlines"," spaced ",time', '4,When?,,time', '5,Where?,,place', ''].join('\n'),
    );
    expect(output).toMatch(/label .* rows .* in the sample/);
    expect(output).toMatch(/place .* 1 .* 1 /);
    expect(output).toMatch(/time .* 3 .* 3 /);
    expect(messages).toContain('all.csv:5 left out: column "text" is empty.');
  });

  it('draws so many rows of each class, the same for the same seed', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => `text ${row},${row % 3 === 0 ? 'a' : 'b'},${row}`);
    await writeFile(at('many.csv'), ['sentence,intent,id', ...rows].join('\n'));
    const columns = ['--text', 'sentence', '--label', 'intent'];
    await sample('many.csv', '4', 'first.csv', ...columns, '--seed', '7');
    await sample('many.csv', '4', 'again.csv', ...columns, '--seed', '7');
    await sample('many.csv', '4', 'other.csv', ...columns, '--seed', '8');
    const [header, ...drawn] = await linesOf('first.csv');
    expect(header).toBe('sentence,intent,id');
    expect(drawn.filter((row) => row.includes(',a,'))).toHaveLength(4);
    expect(drawn.filter((row) => row.includes(',b,'))).toHaveLength(4);
    expect(drawn.every((row) => rows.includes(row))).toBe(true);
    expect(await linesOf('again.csv')).toEqual([header, ...drawn]);
    expect(await linesOf('other.csv')).not.toEqual([header, ...drawn]);
  });

  it('writes JSON lines as they were, and CSV that is read back with the same labels', async () => {
    const { output } = await sample('all.jsonl', '1', 'some.jsonl');
    const some = (await linesOf('some.jsonl')).map((line) => JSON.parse(line) as object);
    expect(some).toContainEqual(jsonRows[0]);
    expect(some).toContainEqual(jsonRows[1]);
    expect(output).toMatch(/weather .* 2 /);
    await sample('all.jsonl', '2', 'some.csv');
    const rows = await linesOf('some.csv');
    expect(rows).toEqual([
      'text,labels,source,year,checked',
      'Rain in Rome,"[""weather"",""place""]","{""page"":1}",,',
      'Jazz,"[""music""]",,1959,',
      'Rain,"[""weather""]",,,true',
    ]);
    const [fromCsv, fromJson] = await Promise.all([
      loadLabeledTexts(at('some.csv')),
      loadLabeledTexts(at('all.jsonl')),
    ]);
    expect(fromCsv.targets.labels).toEqual(fromJson.targets.labels);
    expect(fromCsv.targets).toMatchObject({
      task: 'multi-label',
      indicators: Uint8Array.of(0, 1, 1, 1, 0, 0, 0, 0, 1),
    });
  });

  it('refuses what it cannot do, and writes nothing', async () => {
    const before = await readdir(folder);
    await writeFile(at('old.csv'), 'old\n');
    for (const [data, shots, output, code] of [
      ['all.csv', '2', 'out.xlsx', 'INVALID_ARGUMENT'],
      ['all.csv', '2', 'out', 'INVALID_ARGUMENT'],
      ['all.csv', '0', 'old.csv', 'INVALID_ARGUMENT'],
      ['all.csv', '2', 'all.csv', 'INVALID_ARGUMENT'],
      ['numbers.csv', '2', 'old.csv', 'TASK_UNSUPPORTED'],
      ['one-class.csv', '2', 'old.csv', 'TOO_FEW_CLASSES'],
      ['missing.csv', '2', 'old.csv', 'FILE_NOT_FOUND'],
    ] as const) {
      await expect(sample(data, shots, output)).rejects.toMatchObject({ code });
    }
    for (const shots of ['-1', '1.5', 'all']) {
      await expect(sample('all.csv', shots, 'old.csv')).rejects.toMatchObject({ code: 'commander.invalidArgument' });
    }
    await expect(sample('all.csv', '2', 'old.csv', '--label', 'topic')).rejects.toMatchObject({
      code: 'COLUMN_NOT_FOUND',
    });
    expect(await readFile(at('old.csv'), 'utf8')).toBe('old\n');
    expect((await readdir(folder)).sort()).toEqual([...before, 'old.csv'].sort());
  });
});
