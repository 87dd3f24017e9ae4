import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNotAborted, type LongOperationOptions, type RandomGenerator } from '@polyhead/types';
import { createJointTraining, type JointTrainingOptions } from './joint-training.ts';
import type { JointHead } from './heads/joint-head.ts';
import { createLearningRates } from './loop/learning-rates.ts';
import { trainStep } from './loop/training-step.ts';
import type { FoundWeighting } from './settings.ts';

/** Longest trial of one head. */
const mostSteps = 100;
const smallest = 1e-3;

/** What the trials need. */
export interface FindTaskWeightsOptions extends Omit<JointTrainingOptions, 'weightedBy'>, LongOperationOptions {
  readonly weighting: FoundWeighting;
}

/**
 * A weight for every head: each is trained alone for at most an epoch and 100 steps, and weighted by 1 / the loss, or the
 * norm of the gradient, that it has come to (the mean of the last quarter of the steps). The weights are scaled to a mean of
 * 1. Encoder and heads are as before afterwards.
 * @throws {PolyheadError} TRAINING_DIVERGED, ABORTED
 */
export async function findTaskWeights(options: FindTaskWeightsOptions): Promise<Record<string, number>> {
  const { encoder, heads } = options;
  const directory = await mkdtemp(join(tmpdir(), 'polyhead-weights-'));
  const start = join(directory, 'encoder.state');
  try {
    await encoder.saveState(start);
    const inverse: [string, number][] = [];
    for (const head of heads) {
      const magnitude = await convergedMagnitude(head, options);
      inverse.push([head.name, 1 / Math.max(magnitude, smallest)]);
      await encoder.loadState(start);
    }
    const mean = inverse.reduce((sum, [, weight]) => sum + weight, 0) / inverse.length;
    return Object.fromEntries(inverse.map(([name, weight]) => [name, weight / mean]));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function convergedMagnitude(head: JointHead, options: FindTaskWeightsOptions): Promise<number> {
  const { train, settings, weighting, signal, onProgress } = options;
  const alone = copyOf(head);
  const { parts, batchesOf, toBatch } = createJointTraining({ ...options, heads: [alone], weightedBy: 'weights' });
  const batches = batchesOf(1).slice(0, mostSteps);
  const rates = createLearningRates(settings, batches.length);
  const magnitudes: number[] = [];
  const random: RandomGenerator = options.random.fork(`trial ${head.name}`);
  for (const [index, rows] of batches.entries()) {
    assertNotAborted(signal);
    const batch = toBatch(rows);
    const texts = Array.from(batch.texts, (place) => train.encodings[place]).filter((text) => text !== undefined);
    const step = index + 1;
    const { loss, gradientNorm } = await trainStep(
      parts,
      { batch, texts },
      {
        step,
        learningRates: rates.at(index),
        gradientClip: settings.gradientClip,
        random: random.fork(`step ${step}`),
      },
    );
    magnitudes.push(weighting === 'balanced' ? gradientNorm : loss);
    onProgress?.({
      phase: `weighing ${head.name}`,
      done: step,
      total: batches.length,
      unit: 'steps',
      figures: { loss },
    });
  }
  const last = magnitudes.slice(Math.floor(magnitudes.length * 0.75));
  return last.reduce((sum, magnitude) => sum + magnitude, 0) / Math.max(1, last.length);
}

function copyOf(head: JointHead): JointHead {
  const copies = Object.entries(head.differentiable.parameters).map(([name, parameter]) => [
    name,
    { ...parameter, data: parameter.data.slice() },
  ]);
  const parameters = Object.fromEntries(copies) as JointHead['differentiable']['parameters'];
  return { ...head, weight: Float32Array.of(1), differentiable: { ...head.differentiable, parameters } };
}
