import { prepareTensorFlow } from '@polyhead/losses';
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
import { assertEmbeddingWidth, assertFitExamples, targetRows } from '../contract/validate-examples.ts';
import { automaticBatchSize, createBatchMaker } from './batches.ts';
import { createLinearModel, meanLengthScale, type LinearParameters } from './linear-model.ts';
import { readLinearOptions, type LinearOptions } from './linear-options.ts';
import { trainLinearModel, type TrainingResult, type ValidationExamples } from './train-linear-model.ts';
import { createTrainingTask, toTrainingTargets, type TrainingTask } from './training-task.ts';

const type = 'linear';
const tasks: readonly Task[] = ['single-label', 'multi-label', 'regression'];

/**
 * A linear layer trained by gradient descent in TensorFlow.js, with dropout on the embeddings: softmax for one label a text,
 * sigmoid for any number of labels, a plain output for regression. See {@link LinearOptions}.
 */
export const linear: HeadType = {
  type,
  summary: 'Linear layer trained by gradient descent, with dropout and early stopping.',
  tasks,
  create: (options = {}) => createHead(options),
  restore: restoreAffineHead,
};

function createHead(given: JsonObject): Head {
  const options = readLinearOptions(given);
  return { type, tasks, fit: (examples, fitOptions) => fit(examples, { given, options, ...fitOptions }) };
}

interface LinearFitOptions extends FitOptions {
  readonly given: JsonObject;
  readonly options: LinearOptions;
}

async function fit(examples: HeadExamples, fitting: LinearFitOptions): Promise<FittedHead> {
  const { options, validation, signal, onProgress } = fitting;
  assertNotAborted(signal);
  assertFitExamples(examples, { headType: type, tasks });
  const { embeddings, targets } = examples;
  const task = createTrainingTask(examples, options);
  const trainingTargets = toTrainingTargets(targets, task);
  await prepareTensorFlow();

  const random = fitting.random.fork(type);
  const dimension = embeddings.columns;
  const embeddingScale = meanLengthScale(embeddings.data, dimension);
  const batchSize = options.batchSize === 0 ? automaticBatchSize(embeddings.rows) : options.batchSize;
  const source = {
    embeddings: embeddings.data,
    dimension,
    targets: trainingTargets,
    weights: toFloat32(examples.sampleWeights),
  };
  const result = await trainLinearModel({
    model: createLinearModel({ ...task, dimension, embeddingScale, targetRank: trainingTargets.rank, options, random }),
    batches: createBatchMaker(source, { batchSize, dropout: options.dropout, random }),
    validation: validation === undefined ? undefined : toValidation(validation, examples, task),
    options,
    signal,
    onProgress,
  });
  return createAffineHead({
    type,
    task: targets.task,
    labels: targets.labels,
    dimension,
    activation: task.activation,
    ...toSavedForm(result.parameters, task, { dimension, embeddingScale, temperature: options.temperature }),
    options: fitting.given,
    settings: settingsOf(result, batchSize),
    history: result.history,
  });
}

function settingsOf(result: TrainingResult, batchSize: number): JsonObject {
  return { bestEpoch: result.epoch, epochs: result.history.length, batchSize };
}

function toValidation(
  examples: HeadExamples,
  training: HeadExamples,
  task: TrainingTask,
): ValidationExamples | undefined {
  if (examples.embeddings.rows === 0) return undefined;
  assertValidationExamples(examples, training);
  return {
    embeddings: examples.embeddings,
    targets: examples.targets,
    trainingTargets: toTrainingTargets(examples.targets, task),
    weights: toFloat32(examples.sampleWeights),
  };
}

function assertValidationExamples({ embeddings, targets }: HeadExamples, training: HeadExamples): void {
  assertEmbeddingWidth(embeddings, training.embeddings.columns);
  const sameTargets =
    targets.task === training.targets.task && targets.labels.join('\n') === training.targets.labels.join('\n');
  if (sameTargets && targetRows(targets) === embeddings.rows) return;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message:
      `The validation examples (${targets.task}, ${targets.labels.length} labels, ${targetRows(targets)} targets for ` +
      `${embeddings.rows} embeddings) do not fit the training examples (${training.targets.task}, ` +
      `${training.targets.labels.length} labels).`,
    remedy: 'Make both from one data set, with the same list of labels.',
  });
}

function toFloat32(values: Float64Array | undefined): Float32Array | undefined {
  return values === undefined ? undefined : Float32Array.from(values);
}

/** `[outputs, dimension]`, with the scale of the embeddings, the temperature and the unit of the targets folded in. */
function toSavedForm(
  { weights, bias }: LinearParameters,
  task: TrainingTask,
  { dimension, embeddingScale, temperature }: { dimension: number; embeddingScale: number; temperature: number },
): LinearParameters {
  const { outputs, scale, shift } = task;
  const factor = scale / temperature;
  const transposed = Float32Array.from({ length: weights.length }, (_, index) => {
    const [output, column] = [Math.floor(index / dimension), index % dimension];
    return factor * embeddingScale * (weights[column * outputs + output] ?? 0);
  });
  return { weights: transposed, bias: bias.map((value) => factor * value + shift) };
}
