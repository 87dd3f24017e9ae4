import { cp, mkdir, mkdtemp, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeTrainableEncoder } from '../../testing/fake-trainable-encoder.ts';
import { createTrainingState } from '../loop/training-state.ts';
import type { TrainingParts } from '../loop/training-step.ts';
import { createObjectiveOptimizer } from '../loop/create-optimizer.ts';
import type { TrainingBatch } from '../objective/objective.ts';
import { defaultOptimization } from '../settings.ts';
import { hasCheckpoint } from './checkpoint-folder.ts';
import { findDifferences } from './differences.ts';
import { openCheckpoints } from './keepers.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-checkpoints-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function toParts(value: number): TrainingParts<TrainingBatch> {
  const parameters = new Map([['own', Float32Array.of(value, 2)]]);
  return {
    encoder: createFakeTrainableEncoder({ dimension: 4 }),
    objective: {
      parameters,
      decays: () => false,
      kindOf: () => 'heads',
      evaluate: () => ({ loss: 0, parts: {}, embeddingGradient: new Float32Array(0), gradients: new Map() }),
    },
    optimizer: createObjectiveOptimizer(defaultOptimization, () => false),
  };
}

const identity = { seed: 1 };

async function writeTwo(directory: string): Promise<void> {
  const parts = toParts(1);
  const { keeper, state } = await openCheckpoints(parts, createTrainingState(9), { directory, identity });
  for (const step of [1, 2, 3]) {
    state.step = step;
    parts.objective.parameters.get('own')?.fill(step);
    await keeper.saveCheckpoint(state);
  }
}

describe('checkpoints', () => {
  it('keep the newest two and bring everything back', async () => {
    const directory = join(folder, 'two');
    await writeTwo(directory);
    expect((await readdir(directory)).sort()).toEqual(['config.json', 'step-00000002', 'step-00000003']);
    const parts = toParts(0);
    const { state } = await openCheckpoints(parts, createTrainingState(9), { directory, identity, resume: true });
    expect(state.step).toBe(3);
    expect(parts.objective.parameters.get('own')).toEqual(Float32Array.of(3, 3));
  });

  it.each(['objective.safetensors', 'state.json', 'encoder.state'])(
    'fall back to the older one if %s is damaged',
    async (file) => {
      const directory = join(folder, `damaged-${file}`);
      await writeTwo(directory);
      await truncate(join(directory, 'step-00000003', file), 5);
      const parts = toParts(0);
      const { state } = await openCheckpoints(parts, createTrainingState(9), { directory, identity, resume: true });
      expect(state.step).toBe(2);
      expect(parts.objective.parameters.get('own')).toEqual(Float32Array.of(2, 2));
      await rm(join(directory, 'step-00000002', file));
      const none = openCheckpoints(toParts(0), createTrainingState(9), { directory, identity, resume: true });
      await expect(none).rejects.toMatchObject({ code: expect.stringMatching(/MALFORMED|NOT_FOUND/) as string });
    },
  );

  it('leave nothing of a process that was killed while it wrote one', async () => {
    const directory = join(folder, 'killed');
    await writeTwo(directory);
    const unfinished = ['.step-00000004.new-b1d2', '.best.new-03fe'].map((name) => join(directory, name));
    for (const path of unfinished) {
      await mkdir(path);
      await writeFile(join(path, 'encoder.state'), 'half of it');
    }
    // Killed between the two renames, too: the only copies of these two carry other names.
    await rename(join(directory, 'step-00000003'), join(directory, '.step-00000003.old-77aa'));
    await cp(join(directory, 'step-00000002'), join(directory, '.best.old-88bb'), { recursive: true });
    const parts = toParts(0);
    const { state, keeper } = await openCheckpoints(parts, createTrainingState(9), {
      ...{ directory, identity, resume: true },
    });
    expect(state.step).toBe(3);
    expect((await readdir(directory)).sort()).toEqual(['best', 'config.json', 'step-00000002', 'step-00000003']);
    await keeper.restoreBest();
    expect(parts.objective.parameters.get('own')).toEqual(Float32Array.of(2, 2));
  });

  it('of an earlier training stay until a new one has its first', async () => {
    const root = join(folder, 'replaced');
    const directory = join(root, 'embedding');
    await writeTwo(directory);
    await writeTwo(join(root, 'classifier'));
    const options = { directory, identity: { seed: 2 }, replaces: root };
    const state = createTrainingState(9);
    const { keeper } = await openCheckpoints(toParts(5), state, options);
    const earlier = { directory, identity, resume: true };
    expect((await openCheckpoints(toParts(0), createTrainingState(9), earlier)).state.step).toBe(3);
    state.step = 1;
    await keeper.saveBest(state);
    await keeper.saveCheckpoint(state);
    expect(await readdir(root)).toEqual(['embedding']);
    expect((await readdir(directory)).sort()).toEqual(['best', 'config.json', 'step-00000001']);
    const again = openCheckpoints(toParts(0), createTrainingState(9), earlier);
    await expect(again).rejects.toMatchObject({ code: 'CHECKPOINT_MISMATCH' });
  });

  it('of another training are refused as they are', async () => {
    const directory = join(folder, 'untouched');
    await writeTwo(directory);
    await mkdir(join(directory, '.best.new-03fe'));
    const other = { directory, identity: { seed: 2 }, resume: true };
    const opened = openCheckpoints(toParts(0), createTrainingState(9), other);
    await expect(opened).rejects.toMatchObject({ code: 'CHECKPOINT_MISMATCH' });
    expect(await readdir(directory)).toContain('.best.new-03fe');
  });

  it('are refused with another identity or another parameter', async () => {
    const directory = join(folder, 'other');
    await writeTwo(directory);
    const other = openCheckpoints(toParts(0), createTrainingState(9), {
      directory,
      identity: { seed: 2 },
      resume: true,
    });
    await expect(other).rejects.toMatchObject({ code: 'CHECKPOINT_MISMATCH', details: { differences: ['seed'] } });
    const parts = toParts(0);
    const objective = { ...parts.objective, parameters: new Map([['own', new Float32Array(3)]]) };
    const wider = openCheckpoints({ ...parts, objective }, createTrainingState(9), {
      directory,
      identity,
      resume: true,
    });
    await expect(wider).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringContaining('own') as string,
    });
  });

  it('are not found where there are none, or only unfinished ones', async () => {
    const directory = join(folder, 'none');
    expect(await hasCheckpoint(directory)).toBe(false);
    await mkdir(directory);
    await writeFile(join(directory, '.step-00000001.new-x'), '');
    const opened = openCheckpoints(toParts(0), createTrainingState(9), { directory, identity, resume: true });
    await expect(opened).rejects.toMatchObject({ code: 'CHECKPOINT_NOT_FOUND' });
  });
});

describe('findDifferences', () => {
  it('names the fields that differ, at any depth', () => {
    const before = { a: 1, b: { c: [1, 2], d: 'x' }, e: null };
    expect(findDifferences(before, before)).toEqual([]);
    expect(findDifferences(before, { a: 1, b: { c: [1, 3], d: 'x', f: 2 } }).map(({ field }) => field)).toEqual([
      'b.c',
      'b.f',
      'e',
    ]);
  });
});
