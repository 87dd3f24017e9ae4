import { assertInRange, assertOneOf } from '../options.ts';
import { batchDistanceNames, type BatchDistance } from './batch-distances.ts';

/** Options of the triplet losses that find their triplets within a batch. */
export interface BatchTripletOptions {
  /** How much farther than the positive the negative must be. @default 5 */
  readonly margin?: number | undefined;
  /** @default 'euclidean' */
  readonly distance?: BatchDistance | undefined;
}

/**
 * Options with their defaults.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function resolveBatchTripletOptions(options: BatchTripletOptions): { margin: number; distance: BatchDistance } {
  const { margin = 5, distance = 'euclidean' } = options;
  assertInRange('margin', margin, { minimum: 0, below: Infinity });
  assertOneOf('distance', distance, batchDistanceNames);
  return { margin, distance };
}
