import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommand, type RunningCommand } from './testing/start-command.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-main-'));
  const rows = Array.from(
    { length: 6000 },
    (_, row) => `"sentence number ${row} with a few more words",${row % 2 === 0 ? 'even' : 'odd'}`,
  );
  await writeFile(join(folder, 'many.csv'), ['text,label', ...rows].join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (...words: string[]): RunningCommand => startCommand(words, folder);

describe('the process', () => {
  it('ends with 0 for help and version, and writes them to standard output', async () => {
    const version = await start('--version').ended;
    expect(version).toMatchObject({ code: 0, stderr: '' });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await start('train', '--help').ended).toMatchObject({ code: 0 });
  });

  it.each([
    ['an unknown command', ['frobnicate'], 2],
    ['an unknown flag', ['info', 'model', '--frobnicate'], 2],
    ['a missing argument', ['info'], 2],
    ['a number that is none', ['train', '--seed', 'x'], 2],
    ['a missing file', ['train', '--data', 'none.csv', '--output', 'model'], 1],
  ])('ends with its code for %s, with one line that says why', async (_name, words, code) => {
    const result = await start(...words).ended;
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(/^error [A-Z_]+: /);
    expect(result.stderr).not.toMatch(/^ +at /m);
  });

  it('ends with 130 after Ctrl-C while it waits for standard input', async () => {
    const running = start('embed', '--input', '-', '--output', 'waiting.jsonl');
    while (!(await readdir(folder)).some((name) => name.endsWith('.partial'))) await sleep(50);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(stderr).toContain('error ABORTED');
    expect(code).toBe(130);
    expect(await readdir(folder)).toEqual(['many.csv']);
  });

  it('ends with 130 after Ctrl-C and leaves nothing half-written', async () => {
    const running = start('train', '--data', 'many.csv', '--output', 'model', '--no-cache');
    await running.says('encoding');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(stderr).toContain('error ABORTED');
    expect(code).toBe(130);
    expect(await readdir(folder)).toEqual(['many.csv']);
    expect((await readFile(join(folder, 'many.csv'), 'utf8')).split('\n')).toHaveLength(6001);
  });
});
