import type { FitOptions, FittedHead, Head, HeadExamples, HeadType, JsonObject, Task } from '@polyhead/types';
import { createAffineHead, restoreAffineHead } from '../contract/affine-head.ts';
import { readHeadOptions } from '../contract/head-options.ts';
import { assertClassification, isSingleLabel } from '../contract/narrow-examples.ts';
import { assertFitExamples } from '../contract/validate-examples.ts';
import { readClassWeight, type ClassWeight } from '../linear-model/class-weights.ts';
import { fitMultinomial } from '../linear-model/fit-multinomial.ts';
import { fitYesNo } from '../linear-model/fit-yes-no.ts';

/**
 * Options of the head `logistic-regression`, as plain JSON:
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `C` | 1 | inverse strength of the L2 penalty: the objective is `C * sum of losses + 0.5 * sum(weights^2)` |
 * | `classWeight` | `"none"` | `"balanced"`, or an object of label to weight |
 * | `fitIntercept` | true | the intercept is not penalised |
 * | `multiClass` | `"multinomial"` | `"one-vs-rest"` for three or more labels on a single-label task |
 * | `maximumIterations` | 1000 | |
 * | `tolerance` | 1e-4 | estimated error of a coefficient at which fitting ends |
 */
interface LogisticRegressionOptions {
  readonly C: number;
  readonly classWeight: ClassWeight;
  readonly fitIntercept: boolean;
  readonly multiClass: 'multinomial' | 'one-vs-rest';
  readonly maximumIterations: number;
  readonly tolerance: number;
}

const type = 'logistic-regression';
const tasks: readonly Task[] = ['single-label', 'multi-label'];

function readOptions(options: JsonObject): LogisticRegressionOptions {
  const known = ['C', 'classWeight', 'fitIntercept', 'multiClass', 'maximumIterations', 'tolerance'];
  const reader = readHeadOptions(type, options, known);
  return {
    C: reader.number('C', 1, { minimum: 0, exclusive: true }),
    classWeight: readClassWeight(reader),
    fitIntercept: reader.boolean('fitIntercept', true),
    multiClass: reader.choice('multiClass', 'multinomial', ['multinomial', 'one-vs-rest']),
    maximumIterations: reader.number('maximumIterations', 1000, { minimum: 1, integer: true }),
    tolerance: reader.number('tolerance', 1e-4, { minimum: 0, exclusive: true }),
  };
}

async function fit(
  examples: HeadExamples,
  options: LogisticRegressionOptions,
  { fitOptions, json }: { readonly fitOptions: FitOptions; readonly json: JsonObject },
): Promise<FittedHead> {
  assertFitExamples(examples, { headType: type, tasks });
  assertClassification(examples);
  const { targets } = examples;
  const settings = { maximumIterations: options.maximumIterations, tolerance: options.tolerance, ...fitOptions };
  const severalClasses = isSingleLabel(examples) && new Set(examples.targets.classIndices).size > 2;
  const fitted =
    isSingleLabel(examples) && severalClasses && options.multiClass === 'multinomial'
      ? await fitMultinomial(examples, options, settings)
      : await fitYesNo(examples, { ...options, loss: 'logistic', penalizeIntercept: false }, settings);
  const singleLabelActivation =
    severalClasses && options.multiClass === 'one-vs-rest' ? 'normalized-sigmoid' : 'softmax';
  const { iterations, converged, objective, history } = fitted.fit;
  return createAffineHead({
    type,
    task: targets.task,
    labels: [...targets.labels],
    dimension: examples.embeddings.columns,
    activation: targets.task === 'multi-label' ? 'sigmoid' : singleLabelActivation,
    weights: fitted.weights,
    bias: fitted.bias,
    options: json,
    settings: { iterations, converged, objective },
    history,
  });
}

function create(json: JsonObject = {}): Head {
  const options = readOptions(json);
  return { type, tasks, fit: (examples, fitOptions) => fit(examples, options, { fitOptions, json }) };
}

/**
 * Logistic regression, fitted by L-BFGS to scikit-learn's optimum: one yes/no model for two labels, a softmax (or one
 * model a label against the rest) for more, and one yes/no model a label on multi-label tasks. A label that is constant
 * in training is predicted with the probability 0 or 1.
 */
export const logisticRegression: HeadType = {
  type,
  summary: 'Logistic regression: fast, deterministic, calibrated on its training data; the default.',
  tasks,
  create,
  restore: restoreAffineHead,
};
