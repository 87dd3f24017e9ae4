import { mkdtemp, rm, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStepLog, parseSteps, sumSteps, type LoggedStep } from './step-log.ts';

const step = (number: number, seconds: number): LoggedStep => ({
  step: number,
  epoch: 1,
  seconds,
  tokens: 10,
  loss: 1,
  texts: [number],
});

describe('step log', () => {
  it('keeps the later of two lines for a step, in the order of steps', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polyhead-step-log-'));
    const file = join(folder, 'steps.jsonl');
    const log = openStepLog(file);
    expect(await log.read()).toEqual([]);
    for (const [number, seconds] of [[1, 5], [2, 5], [3, 5], [2, 7], [3, 8]] as const) log.add(step(number, seconds)); // prettier-ignore
    expect(await log.read()).toEqual([step(1, 5), step(2, 7), step(3, 8)]);
    await appendFile(file, '{"step": 4, "sec');
    expect(await log.read()).toHaveLength(3);
    await log.clear();
    expect(await log.read()).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('sums up', () => {
    expect(sumSteps([step(1, 2), step(2, 3)])).toEqual({ steps: 2, seconds: 5, tokens: 20 });
    expect(parseSteps('')).toEqual([]);
  });
});
