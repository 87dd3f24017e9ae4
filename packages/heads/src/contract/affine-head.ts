import { allFinite, multiplyTransposedB } from '@polyhead/numerics';
import {
  PolyheadError,
  type Activation,
  type FittedHead,
  type FittedHeadState,
  type HistoryEntry,
  type JsonObject,
  type Matrix,
  type Task,
} from '@polyhead/types';
import { requireFloat32 } from './state-tensors.ts';
import { assertEmbeddingWidth } from './validate-examples.ts';

/** What an affine head is made of. */
export interface AffineHeadParts {
  readonly type: string;
  readonly task: Task;
  readonly labels: readonly string[];
  readonly dimension: number;
  readonly activation: Activation;
  /** `[labels, dimension]`, row-major. */
  readonly weights: Float32Array;
  /** `[labels]` */
  readonly bias: Float32Array;
  readonly options: JsonObject;
  /** Values for people and programs beside the weights; `activation` is added. */
  readonly settings?: JsonObject;
  readonly history?: readonly HistoryEntry[];
}

/**
 * A fitted head whose logits are `embedding * weights^T + bias`, summed in float64. Its state has the tensors
 * `weights` `[labels, dimension]` and `bias` `[labels]`.
 * @throws {PolyheadError} TENSOR_SHAPE_MISMATCH, NOT_FINITE
 */
export function createAffineHead(parts: AffineHeadParts): FittedHead {
  const { type, task, labels, dimension, activation, weights, bias, options, history = [] } = parts;
  assertParts(parts);
  const outputs = labels.length;
  return {
    type,
    task,
    labels,
    dimension,
    activation,
    history,
    logits: (embeddings) => affineLogits(embeddings, parts),
    affineForm: () => ({ weights, bias, outputs }),
    toState: () => ({
      type,
      task,
      labels,
      dimension,
      options,
      settings: { ...parts.settings, activation },
      tensors: {
        weights: { dataType: 'float32', shape: [outputs, dimension], data: weights },
        bias: { dataType: 'float32', shape: [outputs], data: bias },
      },
    }),
  };
}

function affineLogits(embeddings: Matrix, { weights, bias, labels, dimension }: AffineHeadParts): Matrix {
  assertEmbeddingWidth(embeddings, dimension);
  const { rows } = embeddings;
  const columns = labels.length;
  const sums = multiplyTransposedB(embeddings.data, weights, { rows, inner: dimension, columns });
  const data = Float32Array.from(sums, (sum, index) => sum + (bias[index % columns] ?? 0));
  return { data, rows, columns };
}

function assertParts({ type, labels, dimension, weights, bias }: AffineHeadParts): void {
  if (weights.length !== labels.length * dimension || bias.length !== labels.length) {
    throw new PolyheadError('TENSOR_SHAPE_MISMATCH', {
      message:
        `A head of type "${type}" with ${labels.length} labels and width ${dimension} was given ` +
        `${weights.length} weights and ${bias.length} biases.`,
    });
  }
  if (allFinite(weights) && allFinite(bias)) return;
  throw new PolyheadError('NOT_FINITE', {
    message: `The weights of a head of type "${type}" are not all finite numbers.`,
    remedy: 'Train it again, with stronger regularization if it diverged.',
  });
}

const activations: readonly Activation[] = ['softmax', 'sigmoid', 'normalized-sigmoid', 'identity'];

/**
 * Brings back what {@link createAffineHead} saved.
 * @throws {PolyheadError} TENSOR_MISSING, TENSOR_SHAPE_MISMATCH, NOT_FINITE, MODEL_FOLDER_INVALID
 */
export function restoreAffineHead(state: FittedHeadState): FittedHead {
  const { type, task, labels, dimension, options, settings } = state;
  const activation = activations.find((known) => known === settings['activation']);
  if (activation === undefined) {
    throw new PolyheadError('MODEL_FOLDER_INVALID', {
      message: `A saved head of type "${type}" has the activation ${JSON.stringify(settings['activation'])}.`,
      remedy: `It must be one of ${activations.join(', ')}.`,
      details: { headType: type },
    });
  }
  const weights = requireFloat32(state, 'weights', [labels.length, dimension]);
  const bias = requireFloat32(state, 'bias', [labels.length]);
  return createAffineHead({ type, task, labels, dimension, activation, weights, bias, options, settings });
}
