import type { RandomGenerator } from '@polyhead/types';
import { cutIntoBatches, type BatchSize } from './length-sorted-batches.ts';
import { sampleEpoch, type SamplingStrategy } from './source-sampling.ts';

/** What the batches of every epoch are made from. */
export interface EpochBatchesOptions {
  /** `[rows]`: tokens of each row's text. */
  readonly lengths: ArrayLike<number>;
  /** Row numbers of each source. */
  readonly sources: readonly Int32Array[];
  readonly sampling: SamplingStrategy;
  readonly size: BatchSize;
  readonly random: RandomGenerator;
}

/**
 * The batches of an epoch, as row numbers: shuffled, of similar length inside, in random order. An epoch depends only on
 * the seed and its number, so that training can go on from any step.
 * @param epoch counted from 1
 */
export function epochBatches(epoch: number, options: EpochBatchesOptions): Int32Array[] {
  const random = options.random.fork(`epoch ${epoch}`);
  const order = sampleEpoch(options.sources, options.sampling, random.fork('rows'));
  return random.fork('batches').shuffle(cutIntoBatches(order, options));
}
