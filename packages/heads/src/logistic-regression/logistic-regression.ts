import type { HeadType } from '@polyhead/types';
import { isSingleLabel, type ClassificationExamples, type SingleLabelExamples } from '../contract/narrow-examples.ts';
import { rowWeightsOf, weightedCounts } from '../linear-model/class-weights.ts';
import { fitMultinomial } from '../linear-model/fit-multinomial.ts';
import { fitYesNo } from '../linear-model/fit-yes-no.ts';
import { createLinearClassifierType } from '../linear-model/linear-classifier.ts';
import { assertNoConstantLabel } from '../multi-label/constant-labels.ts';

/** A single-label task that is more than one yes/no question. */
function hasSeveralClasses(examples: ClassificationExamples): examples is SingleLabelExamples {
  if (!isSingleLabel(examples)) return false;
  return weightedCounts(examples.targets, rowWeightsOf(examples)).filter((weight) => weight > 0).length > 2;
}

/**
 * Logistic regression, fitted by L-BFGS to scikit-learn's optimum: one yes/no model for two labels, a softmax (or one
 * model a label against the rest) for more, and one yes/no model a label on multi-label tasks. A label that is constant
 * in training is predicted with the probability 0 or 1.
 *
 * Options, as plain JSON:
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `C` | 1 | inverse strength of the L2 penalty: the objective is `C * sum of losses + 0.5 * sum(weights^2)` |
 * | `classWeight` | `"none"` | `"balanced"`, or an object of label to weight |
 * | `fitIntercept` | true | the intercept is not penalised |
 * | `multiClass` | `"multinomial"` | `"one-vs-rest"` for three or more labels on a single-label task |
 * | `multiLabel` | `"one-vs-rest"` | `"multi-output"` fits the same, but refuses a label that is constant in training |
 * | `maximumIterations` | 1000 | |
 * | `tolerance` | 1e-4 | estimated error of a coefficient at which fitting ends |
 */
export const logisticRegression: HeadType = createLinearClassifierType({
  type: 'logistic-regression',
  summary: 'Logistic regression: fast, deterministic, calibrated on its training data; the default.',
  tolerance: 1e-4,
  ownOptions: ['multiClass', 'multiLabel'],
  readOwnOptions: (reader) => ({
    multiClass: reader.choice('multiClass', 'multinomial', ['multinomial', 'one-vs-rest']),
    multiLabel: reader.choice('multiLabel', 'one-vs-rest', ['one-vs-rest', 'multi-output']),
  }),
  assertExamples: (examples, { multiLabel }) => {
    if (multiLabel === 'multi-output') assertNoConstantLabel(examples);
  },
  fit: (examples, options, fitOptions) =>
    options.multiClass === 'multinomial' && hasSeveralClasses(examples)
      ? fitMultinomial(examples, options, fitOptions)
      : fitYesNo(examples, { ...options, loss: 'logistic', penalizeIntercept: false }, fitOptions),
  activation: (examples, { multiClass }) =>
    multiClass === 'one-vs-rest' && hasSeveralClasses(examples) ? 'normalized-sigmoid' : 'softmax',
});
