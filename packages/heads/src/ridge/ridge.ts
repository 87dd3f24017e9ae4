import {
  assertNotAborted,
  PolyheadError,
  type FitOptions,
  type FittedHead,
  type Head,
  type HeadExamples,
  type HeadType,
  type JsonObject,
  type Task,
} from '@polyhead/types';
import { createAffineHead, restoreAffineHead } from '../contract/affine-head.ts';
import { readHeadOptions } from '../contract/head-options.ts';
import {
  assertClassification,
  isRegression,
  isSingleLabel,
  type RegressionExamples,
} from '../contract/narrow-examples.ts';
import { assertFitExamples } from '../contract/validate-examples.ts';
import {
  assertWeightedLabels,
  readClassWeight,
  rowWeightsOf,
  singleLabelWeights,
  weightedCounts,
  type ClassWeight,
} from '../linear-model/class-weights.ts';
import { spreadOverLabels, toYesNoOutputs, type AffineWeights } from '../linear-model/yes-no-outputs.ts';
import type { ClassificationExamples } from '../contract/narrow-examples.ts';
import { solveRidge } from './solve-ridge.ts';

/**
 * Options of the head `ridge`, as plain JSON:
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `alpha` | 1 | strength of the L2 penalty: the objective is `sum of squared errors + alpha * sum(weights^2)` |
 * | `classWeight` | `"none"` | single-label tasks: `"balanced"`, or an object of label to weight |
 * | `fitIntercept` | true | the intercept is not penalised |
 */
interface RidgeOptions {
  readonly alpha: number;
  readonly classWeight: ClassWeight;
  readonly fitIntercept: boolean;
}

const type = 'ridge';
const tasks: readonly Task[] = ['single-label', 'multi-label', 'regression'];

function readOptions(options: JsonObject): RidgeOptions {
  const reader = readHeadOptions(type, options, ['alpha', 'classWeight', 'fitIntercept']);
  return {
    alpha: reader.number('alpha', 1),
    classWeight: readClassWeight(reader),
    fitIntercept: reader.boolean('fitIntercept', true),
  };
}

function fitRegression({ embeddings, targets, ...rest }: RegressionExamples, options: RidgeOptions): AffineWeights {
  const rowWeights = rowWeightsOf({ embeddings, targets, ...rest });
  const { weights, bias } = solveRidge({ ...options, embeddings, targets: targets.values, outputs: 1, rowWeights });
  return { weights: Float32Array.from(weights), bias: Float32Array.from(bias) };
}

/** Least squares on targets of 1 and -1, one output a label (two labels of a single-label task: one output in all). */
function fitClassifier(examples: ClassificationExamples, options: RidgeOptions): AffineWeights {
  const { embeddings, targets } = examples;
  const sampleWeights = rowWeightsOf(examples);
  const counts = weightedCounts(targets, sampleWeights);
  const total = sampleWeights.reduce((sum, weight) => sum + weight, 0);
  const outputs = toYesNoOutputs(targets, counts, total);
  const solution = solveRidge({
    ...options,
    embeddings,
    targets: Float64Array.from(outputs.indicators, (indicator) => 2 * indicator - 1),
    outputs: outputs.labelOfOutput.length,
    rowWeights: classRowWeights(examples, sampleWeights, { options, counts }),
  });
  return spreadOverLabels(solution, outputs);
}

function classRowWeights(
  examples: ClassificationExamples,
  sampleWeights: Float64Array,
  { options, counts }: { readonly options: RidgeOptions; readonly counts: Float64Array },
): Float64Array {
  if (options.classWeight === 'none') return sampleWeights;
  if (!isSingleLabel(examples)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'The head type "ridge" takes class weights only on single-label tasks.',
      remedy: 'Leave out "classWeight", or use "logistic-regression".',
    });
  }
  assertWeightedLabels(options.classWeight, examples.targets);
  const { labels, classIndices } = examples.targets;
  const factors = singleLabelWeights(options.classWeight, labels, counts);
  return sampleWeights.map((weight, row) => weight * (factors[classIndices[row] ?? 0] ?? 1));
}

function solve(examples: HeadExamples, options: RidgeOptions): AffineWeights {
  if (isRegression(examples)) return fitRegression(examples, options);
  assertClassification(examples);
  return fitClassifier(examples, options);
}

const activations = { 'single-label': 'softmax', 'multi-label': 'sigmoid', regression: 'identity' } as const;

function fit(
  examples: HeadExamples,
  options: RidgeOptions,
  { fitOptions, json }: { readonly fitOptions: FitOptions; readonly json: JsonObject },
): FittedHead {
  assertFitExamples(examples, { headType: type, tasks });
  assertNotAborted(fitOptions.signal);
  const { targets, embeddings } = examples;
  const { weights, bias } = solve(examples, options);
  return createAffineHead({
    type,
    task: targets.task,
    labels: [...targets.labels],
    dimension: embeddings.columns,
    activation: activations[targets.task],
    weights,
    bias,
    options: json,
  });
}

function create(json: JsonObject = {}): Head {
  const options = readOptions(json);
  return {
    type,
    tasks,
    // eslint-disable-next-line @typescript-eslint/require-await -- async turns what is thrown into a rejected promise
    fit: async (examples, fitOptions) => fit(examples, options, { fitOptions, json }),
  };
}

/**
 * Ridge regression by a closed formula, and the classifier made from it by targets of 1 and -1 (scikit-learn's `Ridge`
 * and `RidgeClassifier`). As a classifier its scores order labels and lie in [0, 1], but are not calibrated
 * probabilities.
 */
export const ridge: HeadType = {
  type,
  summary: 'Ridge regression, and least squares as a classifier; its scores are not calibrated probabilities.',
  tasks,
  create,
  restore: restoreAffineHead,
};
