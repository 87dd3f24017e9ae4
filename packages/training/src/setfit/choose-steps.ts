import type { LabeledTexts } from '@polyhead/types';
import type { EmbeddingPhase } from './settings.ts';

/** What the number of steps is chosen from. */
export interface StepsInput {
  /** Batches of one pass. */
  readonly batches: number;
  readonly examples: readonly LabeledTexts[];
}

/** Fewest and most steps that are chosen where every pair of a batch is compared. */
const [fewest, most] = [8, 300];
/** Times that a text is encoded, about. */
const passes = 14;

/**
 * Steps of an embedding phase whose length is not given: one pass where pairs are drawn one by one, as the Python library
 * SetFit does; where all pairs of a batch are compared, so many that each text is encoded about fourteen times.
 */
export function chooseSteps({ sampling, batchSize }: EmbeddingPhase, { batches, examples }: StepsInput): number {
  if (sampling !== 'all-pairs') return batches;
  const texts = examples.reduce((sum, { texts: own }) => sum + own.length, 0);
  return Math.min(most, Math.max(fewest, Math.ceil((passes * texts) / batchSize)));
}
