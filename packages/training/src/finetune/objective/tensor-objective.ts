import * as tf from '@tensorflow/tfjs-core';
import { PolyheadError, type Matrix, type RandomGenerator } from '@polyhead/types';
import type { Objective, ObjectiveResult, ParameterKind, TrainingBatch } from './objective.ts';

/** A parameter of an objective. */
export interface TensorParameter {
  readonly shape: readonly number[];
  /** As many numbers as `shape` holds; changed in place as training goes on. */
  readonly data: Float32Array;
  /** Whether weight decay applies. @default true with more than one dimension, as PyTorch scripts usually do it */
  readonly decays?: boolean;
  /** @default 'heads' */
  readonly kind?: ParameterKind;
}

/** The tensors of a loss: what is minimised, and its parts for those who watch. */
export interface TensorLoss {
  readonly total: tf.Tensor;
  readonly parts?: Readonly<Record<string, tf.Tensor>>;
}

/** What a loss written in TensorFlow.js operations is computed from. */
export interface TensorLossInput<Batch extends TrainingBatch> {
  /** `[texts, dimension]` in the order of `batch.texts` */
  readonly embeddings: tf.Tensor2D;
  readonly batch: Batch;
  /** Those that {@link TensorObjectiveOptions.used} names. */
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  readonly random: RandomGenerator;
}

/** What {@link createTensorObjective} makes an objective from. */
export interface TensorObjectiveOptions<Batch extends TrainingBatch> {
  readonly parameters: ReadonlyMap<string, TensorParameter>;
  /** The names of the parameters that the loss of a batch depends on. @default all */
  readonly used?: (batch: Batch) => readonly string[];
  /** Runs inside `tf.tidy`. */
  readonly loss: (input: TensorLossInput<Batch>) => TensorLoss;
}

/**
 * An objective from a loss in TensorFlow.js operations: its gradients come by themselves. `prepareTensorFlow` of
 * @polyhead/losses must have been called.
 */
export function createTensorObjective<Batch extends TrainingBatch>(
  options: TensorObjectiveOptions<Batch>,
): Objective<Batch> {
  const { parameters } = options;
  return {
    parameters: new Map(Array.from(parameters, ([name, { data }]) => [name, data])),
    decays: (name) => {
      const parameter = parameters.get(name);
      return parameter?.decays ?? (parameter?.shape.length ?? 0) > 1;
    },
    kindOf: (name) => parameters.get(name)?.kind ?? 'heads',
    evaluate: (embeddings, batch, random) => evaluate(options, { embeddings, batch, random }),
  };
}

interface Evaluation<Batch> {
  readonly embeddings: Matrix;
  readonly batch: Batch;
  readonly random: RandomGenerator;
}

function evaluate<Batch extends TrainingBatch>(
  { parameters, used, loss }: TensorObjectiveOptions<Batch>,
  { embeddings, batch, random }: Evaluation<Batch>,
): ObjectiveResult {
  const names = used?.(batch) ?? [...parameters.keys()];
  const parts: Record<string, number> = {};
  const { value, grads } = tf.tidy(() => {
    const matrix = tf.tensor2d(embeddings.data, [embeddings.rows, embeddings.columns]);
    const tensors = names.map((name) => toTensor(name, parameters.get(name)));
    return tf.valueAndGrads((rows: tf.Tensor, ...values: tf.Tensor[]) => {
      const named = new Map(names.map((name, index) => [name, values[index] ?? rows]));
      const result = loss({ embeddings: rows as tf.Tensor2D, batch, parameters: named, random });
      for (const [name, part] of Object.entries(result.parts ?? {})) parts[name] = part.dataSync()[0] ?? Number.NaN;
      return assertScalar(result.total);
    })([matrix, ...tensors]);
  });
  const [embeddingGradient = new Float32Array(0), ...rest] = grads.map(takeFloats);
  const total = takeFloats(value)[0] ?? Number.NaN;
  return {
    loss: total,
    parts,
    embeddingGradient,
    gradients: new Map(names.map((name, index) => [name, rest[index] ?? new Float32Array(0)])),
  };
}

function toTensor(name: string, parameter: TensorParameter | undefined): tf.Tensor {
  if (parameter !== undefined) return tf.tensor(parameter.data, [...parameter.shape], 'float32');
  throw new PolyheadError('TENSOR_MISSING', {
    message: `The loss uses the parameter "${name}", which the objective does not have.`,
    details: { name },
  });
}

function assertScalar(total: tf.Tensor): tf.Scalar {
  if (total.size === 1) return tf.reshape(total, []);
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `The loss has shape [${total.shape.join(', ')}] where one number is needed.`,
    remedy: 'Return a mean or a sum, such as tf.mean(losses).',
  });
}

/** The numbers of a tensor, which is disposed. */
function takeFloats(tensor: tf.Tensor): Float32Array {
  const data = tensor.dataSync();
  tensor.dispose();
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

/** Rows of a matrix; the matrix itself if these are all of them in order. */
export function toRows(matrix: tf.Tensor2D, rows: Int32Array): tf.Tensor2D {
  const same = rows.length === matrix.shape[0] && rows.every((row, index) => row === index);
  return same ? matrix : tf.gather(matrix, tf.tensor1d(rows, 'int32'));
}
