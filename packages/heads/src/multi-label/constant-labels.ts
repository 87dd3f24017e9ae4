import { PolyheadError } from '@polyhead/types';
import type { ClassificationExamples } from '../contract/narrow-examples.ts';
import { rowWeightsOf, weightedCounts } from '../linear-model/class-weights.ts';

/**
 * Refuses multi-label examples in which a label is always there or never, as scikit-learn's `MultiOutputClassifier` does.
 * @throws {PolyheadError} TOO_FEW_CLASSES
 */
export function assertNoConstantLabel(examples: ClassificationExamples): void {
  const { targets } = examples;
  if (targets.task !== 'multi-label') return;
  const rowWeights = rowWeightsOf(examples);
  const counts = weightedCounts(targets, rowWeights);
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0);
  const index = counts.findIndex((count) => count === 0 || count >= total);
  const label = targets.labels[index];
  if (label === undefined) return;
  throw new PolyheadError('TOO_FEW_CLASSES', {
    message: `The label "${label}" is ${counts[index] === 0 ? 'never' : 'always'} there in the training examples.`,
    remedy: 'Add examples that differ in it, or set "multiLabel" to "one-vs-rest", which predicts it as it was.',
    details: { label },
  });
}
