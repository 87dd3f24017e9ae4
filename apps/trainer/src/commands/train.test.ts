import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.ts';
import { createTrainCommand } from './train.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-train-'));
  const rows = ['text,label', 'Play some jazz.,music', ' ,music', 'Skip this song.,music'];
  await writeFile(join(folder, 'gap.csv'), rows.join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('rows that cannot be used', () => {
  const train = (...words: readonly string[]): Promise<unknown> =>
    runCommand(createTrainCommand, ['--data', join(folder, 'gap.csv'), '--output', join(folder, 'model'), ...words]);

  it('stop few-shot training, and the message names the row and how to go on', async () => {
    await expect(train('--method', 'setfit')).rejects.toMatchObject({
      code: 'BROKEN_ROWS',
      message: expect.stringMatching(
        /gap\.csv" cannot be used: row 3: column "text" is empty.*--broken-rows/,
      ) as string,
    });
  });

  it.each([
    ['setfit', 'skip', 'TOO_FEW_CLASSES'],
    ['frozen', 'fail', 'BROKEN_ROWS'],
    ['frozen', 'skip', 'TOO_FEW_CLASSES'],
  ])('with --method %s --broken-rows %s: %s', async (method, what, code) => {
    await expect(train('--method', method, '--broken-rows', what)).rejects.toMatchObject({ code });
  });

  it('cannot be told to be anything else', async () => {
    await expect(train('--broken-rows', 'mend')).rejects.toThrow('It must be skip or fail.');
  });
});
