import { afterEach, describe, expect, it } from 'vitest';
import { createSharedMemory } from './shared-memory.ts';
import { createTrainingTeam, type TrainingTeam } from './training-team.ts';
import type { TrainingWorkerStart } from './worker/messages.ts';

let team: TrainingTeam | undefined;

afterEach(async () => {
  await team?.release();
  team = undefined;
});

/** A worker whose graphs are no ONNX files. */
function startWithBrokenGraphs(): TrainingWorkerStart {
  const broken = new TextEncoder().encode('not a graph');
  const lengths = { parameters: 0, firstMoments: 0, secondMoments: 0, gradients: 0 };
  const table = { table: 0, tableFirstMoments: 0, tableSecondMoments: 0, tableRows: 0 };
  return {
    worker: 0,
    workers: 1,
    models: { evaluation: broken, forward: broken, unsavedForward: broken, backward: broken, joint: broken },
    layout: { parameters: [], trainedLength: 0, totalLength: 0 },
    memory: createSharedMemory({ ...lengths, ...table, workers: 1 }).memory,
    table: undefined,
    optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 },
    savedValues: [],
    dropoutMasks: [],
    padId: 0,
    dimension: 1,
  };
}

describe('a training team', () => {
  it('tells of a session that cannot be made, and can be released afterwards', async () => {
    team = await createTrainingTeam([startWithBrokenGraphs()]);
    const rows = [{ ids: Int32Array.of(1), typeIds: Uint8Array.of(0) }];
    const encode = (): Promise<unknown> | undefined => team?.ask(0, 'encode', { rows });
    await expect(encode()).rejects.toMatchObject({ code: 'SESSION_FAILED' });
    await expect(encode()).rejects.toMatchObject({ code: 'SESSION_FAILED' });
    await team.release();
    await expect(encode()).rejects.toMatchObject({ code: 'SESSION_RELEASED' });
  });
});
