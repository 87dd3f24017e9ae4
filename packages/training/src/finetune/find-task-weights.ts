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
/** No head counts more than so many times another, however little it has left to learn. */
const largestRatio = 100;

/** What the trials need. */
export interface FindTaskWeightsOptions extends Omit<JointTrainingOptions, 'weightedBy'>, LongOperationOptions {
  readonly weighting: FoundWeighting;
}

/**
 * A weight for every head: each is trained alone for at most an epoch and 100 steps, and weighted by 1 / the loss, or the
 * norm of the encoder's gradient, that it has come to (the mean of the last quarter of the steps), but by no more than 100
 * times the weight of another. The weights are scaled to a mean of 1. Encoder and heads are as before afterwards, also after
 * an error.
 * @throws {PolyheadError} TRAINING_DIVERGED, ABORTED
 */
export async function findTaskWeights(options: FindTaskWeightsOptions): Promise<Record<string, number>> {
  const { encoder, heads } = options;
  const directory = await mkdtemp(join(tmpdir(), 'polyhead-weights-'));
  const start = join(directory, 'encoder.state');
  try {
    await encoder.saveState(start);
    const magnitudes: number[] = [];
    for (const head of heads) {
      try {
        magnitudes.push(await convergedMagnitude(head, options));
      } finally {
        await encoder.loadState(start);
      }
    }
    const weights = toWeights(magnitudes);
    return Object.fromEntries(heads.map(({ name }, index) => [name, weights[index] ?? 1]));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** 1 / each magnitude, scaled to a mean of 1. */
export function toWeights(magnitudes: readonly number[]): number[] {
  const largest = Math.max(...magnitudes);
  // Where nothing moves the encoder there is nothing to balance.
  if (largest === 0) return magnitudes.map(() => 1);
  const inverse = magnitudes.map((magnitude) => 1 / Math.max(magnitude, largest / largestRatio));
  const mean = inverse.reduce((sum, weight) => sum + weight, 0) / inverse.length;
  return inverse.map((weight) => weight / mean);
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
    const { loss, encoderGradientNorm } = await trainStep(
      parts,
      { batch, texts },
      {
        step,
        learningRates: rates.at(index),
        gradientClip: settings.gradientClip,
        random: random.fork(`step ${step}`),
      },
    );
    magnitudes.push(weighting === 'balanced' ? encoderGradientNorm : loss);
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
