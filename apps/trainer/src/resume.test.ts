import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeSmallerEncoder } from '@polyhead/backbone';
import { sha256OfFile } from '@polyhead/files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrainCommand } from './commands/train.ts';
import { runCommand } from './testing/run-command.ts';
import { startCommand } from './testing/start-command.ts';

const data = join(import.meta.dirname, '../../../data/banking77/train.csv');
let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

/** A small part of real data, and an encoder of one layer. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-resume-'));
  const [header = '', ...rows] = (await readFile(data, 'utf8')).trim().split('\n');
  const labels = ['card_arrival', 'exchange_rate', 'lost_or_stolen_card'];
  const few = labels.flatMap((label) => rows.filter((row) => row.endsWith(`,${label}`)).slice(0, 30));
  expect(few.length).toBeGreaterThan(60);
  await writeFile(at('few.csv'), [header, ...few].join('\n'));
  await writeSmallerEncoder('all-MiniLM-L6-v2', at('small'), { layers: 1 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function writeJob(name: string): Promise<string> {
  const job = {
    method: 'finetune',
    backbone: { reference: at('small'), maximumLength: 24, threads: 2 },
    heads: { intent: { data: { train: at('few.csv') } } },
    training: {
      ...{ epochs: 3, batchSize: 16, trainable: { lastLayers: 1 }, encoderDropout: 0.1, memoryBudget: 1000 },
      checkpoints: { everySteps: 2 },
    },
    output: at(name),
  };
  await writeFile(at(`${name}.json`), JSON.stringify(job));
  return at(`${name}.json`);
}

/** The weights of encoder and head, and the loss of every step and epoch. */
async function resultOf(name: string): Promise<{ steps: unknown; epochs: unknown; weights: string[] }> {
  const { steps, epochs } = JSON.parse(await readFile(at(name, 'training.json'), 'utf8')) as Record<string, unknown[]>;
  const weights = ['encoder/model.safetensors', 'heads/intent.safetensors'].map((file) => sha256OfFile(at(name, file)));
  return { steps, epochs, weights: await Promise.all(weights) };
}

describe('train --resume', () => {
  it('goes on after kill -9 to the weights of a training that nothing happened to', async () => {
    const checkpoints = async (): Promise<string[]> =>
      (await readdir(at('killed.checkpoint')).catch(() => [])).filter((name) => name.startsWith('step-'));
    await runCommand(createTrainCommand, ['--config', await writeJob('whole')]);
    const job = await writeJob('killed');
    const killed = startCommand(['train', '--config', job], folder);
    while ((await checkpoints()).length === 0 && killed.child.exitCode === null) await sleep(20);
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toMatchObject({ code: null, stderr: expect.not.stringContaining('error') as string });
    expect(await readdir(folder)).not.toContain('killed');
    await runCommand(createTrainCommand, ['--config', job, '--resume']);
    const [expected, found] = [await resultOf('whole'), await resultOf('killed')];
    expect(found).toEqual(expected);
    expect(found.steps).toHaveLength(15);
    expect(await readdir(folder)).not.toContain('killed.checkpoint');
  }, 120_000);
});
