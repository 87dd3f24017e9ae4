import type { Activation, FitOptions, FittedHead, HeadExamples, HeadType, JsonObject, Task } from '@polyhead/types';
import { createAffineHead, restoreAffineHead } from '../contract/affine-head.ts';
import { readHeadOptions, type OptionsReader } from '../contract/head-options.ts';
import { assertClassification, type ClassificationExamples } from '../contract/narrow-examples.ts';
import { assertFitExamples } from '../contract/validate-examples.ts';
import { assertWeightedLabels, readClassWeight, type ClassWeight } from './class-weights.ts';
import type { LinearFitOptions } from './fit-linear-model.ts';
import type { ClassifierFit } from './fit-yes-no.ts';

/** Options that all linear classifiers have. */
export interface LinearClassifierOptions {
  /** Inverse strength of the L2 penalty. */
  readonly C: number;
  readonly classWeight: ClassWeight;
  readonly fitIntercept: boolean;
  readonly maximumIterations: number;
  /** Estimated error of a coefficient at which fitting ends. */
  readonly tolerance: number;
}

/** What tells one linear classifier from another. */
export interface LinearClassifierParts<Options> {
  readonly type: string;
  readonly summary: string;
  /** Tolerance unless the options say otherwise. */
  readonly tolerance: number;
  /** Names of the options that only this classifier has. */
  readonly ownOptions: readonly string[];
  readonly readOwnOptions: (reader: OptionsReader) => Options;
  /** Refuses examples that the options do not allow. */
  readonly assertExamples?: (examples: ClassificationExamples, options: Options) => void;
  readonly fit: (
    examples: ClassificationExamples,
    options: LinearClassifierOptions & Options,
    fitOptions: LinearFitOptions,
  ) => Promise<ClassifierFit>;
  /** What makes scores of the logits on single-label tasks; on multi-label tasks it is the sigmoid. */
  readonly activation: (examples: ClassificationExamples, options: Options) => Activation;
}

const commonOptions = ['C', 'classWeight', 'fitIntercept', 'maximumIterations', 'tolerance'];
const tasks: readonly Task[] = ['single-label', 'multi-label'];

/** A head type of linear classifiers: everything but the loss and what belongs to it. */
export function createLinearClassifierType<Options>(parts: LinearClassifierParts<Options>): HeadType {
  const { type, summary } = parts;
  return {
    type,
    summary,
    tasks,
    create(json = {}) {
      const options = readOptions(json, parts);
      return {
        type,
        tasks,
        fit: (examples, fitOptions) => fitClassifier(examples, { parts, options, json, fitOptions }),
      };
    },
    restore: restoreAffineHead,
  };
}

function readOptions<Options>(
  json: JsonObject,
  { type, tolerance, ownOptions, readOwnOptions }: LinearClassifierParts<Options>,
): LinearClassifierOptions & Options {
  const reader = readHeadOptions(type, json, [...commonOptions, ...ownOptions]);
  return {
    C: reader.number('C', 1, { minimum: 0, exclusive: true }),
    classWeight: readClassWeight(reader),
    fitIntercept: reader.boolean('fitIntercept', true),
    maximumIterations: reader.number('maximumIterations', 1000, { minimum: 1, integer: true }),
    tolerance: reader.number('tolerance', tolerance, { minimum: 0, exclusive: true }),
    ...readOwnOptions(reader),
  };
}

interface FitInput<Options> {
  readonly parts: LinearClassifierParts<Options>;
  readonly options: LinearClassifierOptions & Options;
  readonly json: JsonObject;
  readonly fitOptions: FitOptions;
}

async function fitClassifier<Options>(
  examples: HeadExamples,
  { parts, options, json, fitOptions }: FitInput<Options>,
): Promise<FittedHead> {
  assertFitExamples(examples, { headType: parts.type, tasks });
  assertClassification(examples);
  assertWeightedLabels(options.classWeight, examples.targets);
  parts.assertExamples?.(examples, options);
  const { targets, embeddings } = examples;
  const { maximumIterations, tolerance } = options;
  const fitted = await parts.fit(examples, options, { maximumIterations, tolerance, ...fitOptions });
  const { iterations, converged, objective, history } = fitted.fit;
  return createAffineHead({
    type: parts.type,
    task: targets.task,
    labels: [...targets.labels],
    dimension: embeddings.columns,
    activation: targets.task === 'multi-label' ? 'sigmoid' : parts.activation(examples, options),
    weights: fitted.weights,
    bias: fitted.bias,
    options: json,
    settings: { iterations, converged, objective },
    history,
  });
}
