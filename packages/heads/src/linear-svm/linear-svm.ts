import type { FitOptions, FittedHead, Head, HeadExamples, HeadType, JsonObject, Task } from '@polyhead/types';
import { createAffineHead, restoreAffineHead } from '../contract/affine-head.ts';
import { readHeadOptions } from '../contract/head-options.ts';
import { assertClassification } from '../contract/narrow-examples.ts';
import { assertFitExamples } from '../contract/validate-examples.ts';
import { readClassWeight, type ClassWeight } from '../linear-model/class-weights.ts';
import { fitYesNo } from '../linear-model/fit-yes-no.ts';

/**
 * Options of the head `linear-svm`, as plain JSON:
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `C` | 1 | the objective is `0.5 * sum(weights^2) + 0.5 * intercept^2 + C * sum of squared slacks` |
 * | `classWeight` | `"none"` | `"balanced"`, or an object of label to weight |
 * | `fitIntercept` | true | |
 * | `maximumIterations` | 1000 | |
 * | `tolerance` | 1e-5 | estimated error of a coefficient at which fitting ends |
 */
interface LinearSvmOptions {
  readonly C: number;
  readonly classWeight: ClassWeight;
  readonly fitIntercept: boolean;
  readonly maximumIterations: number;
  readonly tolerance: number;
}

const type = 'linear-svm';
const tasks: readonly Task[] = ['single-label', 'multi-label'];

function readOptions(options: JsonObject): LinearSvmOptions {
  const known = ['C', 'classWeight', 'fitIntercept', 'maximumIterations', 'tolerance'];
  const reader = readHeadOptions(type, options, known);
  return {
    C: reader.number('C', 1, { minimum: 0, exclusive: true }),
    classWeight: readClassWeight(reader),
    fitIntercept: reader.boolean('fitIntercept', true),
    maximumIterations: reader.number('maximumIterations', 1000, { minimum: 1, integer: true }),
    tolerance: reader.number('tolerance', 1e-5, { minimum: 0, exclusive: true }),
  };
}

async function fit(
  examples: HeadExamples,
  options: LinearSvmOptions,
  { fitOptions, json }: { readonly fitOptions: FitOptions; readonly json: JsonObject },
): Promise<FittedHead> {
  assertFitExamples(examples, { headType: type, tasks });
  assertClassification(examples);
  const { targets } = examples;
  const fitted = await fitYesNo(
    examples,
    { ...options, loss: 'squared-hinge', penalizeIntercept: true },
    { maximumIterations: options.maximumIterations, tolerance: options.tolerance, ...fitOptions },
  );
  const { iterations, converged, objective, history } = fitted.fit;
  return createAffineHead({
    type,
    task: targets.task,
    labels: [...targets.labels],
    dimension: examples.embeddings.columns,
    activation: targets.task === 'multi-label' ? 'sigmoid' : 'softmax',
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
 * A linear support vector machine with squared hinge loss, one label against the rest: the optimum of scikit-learn's
 * `LinearSVC`, whose intercept is penalised too. Its logits are signed distances from the decision boundary; the scores
 * made from them order labels and lie in [0, 1], but are not calibrated probabilities.
 */
export const linearSvm: HeadType = {
  type,
  summary: 'Linear support vector machine (squared hinge); scores are not calibrated probabilities.',
  tasks,
  create,
  restore: restoreAffineHead,
};
