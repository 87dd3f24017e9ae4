import type { HeadType } from '@polyhead/types';
import { fitYesNo } from '../linear-model/fit-yes-no.ts';
import { createLinearClassifierType } from '../linear-model/linear-classifier.ts';

/**
 * A linear support vector machine with squared hinge loss, one label against the rest: the optimum of scikit-learn's
 * `LinearSVC`, whose intercept is penalised too. Its logits are signed distances from the decision boundary; the scores
 * made from them order labels and lie in [0, 1], but are not calibrated probabilities.
 *
 * Options, as plain JSON:
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `C` | 1 | the objective is `0.5 * sum(weights^2) + 0.5 * intercept^2 + C * sum of squared slacks` |
 * | `classWeight` | `"none"` | `"balanced"`, or an object of label to weight |
 * | `fitIntercept` | true | |
 * | `maximumIterations` | 1000 | |
 * | `tolerance` | 1e-5 | estimated error of a coefficient at which fitting ends |
 */
export const linearSvm: HeadType = createLinearClassifierType({
  type: 'linear-svm',
  summary: 'Linear support vector machine (squared hinge); scores are not calibrated probabilities.',
  tolerance: 1e-5,
  ownOptions: [],
  readOwnOptions: () => ({}),
  fit: (examples, options, fitOptions) =>
    fitYesNo(examples, { ...options, loss: 'squared-hinge', penalizeIntercept: true }, fitOptions),
  activation: () => 'softmax',
});
