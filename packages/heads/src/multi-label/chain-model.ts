import { allFinite, multiplyTransposedB } from '@polyhead/numerics';
import {
  PolyheadError,
  type FittedHead,
  type FittedHeadState,
  type HistoryEntry,
  type JsonObject,
  type JsonValue,
  type Matrix,
} from '@polyhead/types';
import { requireFloat32 } from '../contract/state-tensors.ts';
import { assertEmbeddingWidth } from '../contract/validate-examples.ts';

/** What a fitted chain is made of. */
export interface ChainParts {
  readonly type: string;
  readonly labels: readonly string[];
  readonly dimension: number;
  /** The label that each link answers, as an index into `labels`. */
  readonly order: readonly number[];
  /** `[links, dimension + labels - 1]`: weights of the embedding, then of the answers of links 0, 1, ...; zero from the link itself on. */
  readonly weights: Float32Array;
  /** `[links]` */
  readonly bias: Float32Array;
  readonly options: JsonObject;
  /** Values for people beside the weights; `order` is added. */
  readonly settings: JsonObject;
  readonly history?: readonly HistoryEntry[];
}

/** Columns of the weights of a chain. */
export function chainWidth(dimension: number, labels: number): number {
  return dimension + labels - 1;
}

/**
 * A fitted chain. Each link sees the embedding and the answers, 0 or 1, of the links before it, so that its logits are
 * no affine map of the embedding.
 * @throws {PolyheadError} NOT_FINITE
 */
export function createChain(parts: ChainParts): FittedHead {
  const { type, labels, dimension, order, weights, bias, options, settings, history = [] } = parts;
  if (!allFinite(weights) || !allFinite(bias)) {
    throw new PolyheadError('NOT_FINITE', {
      message: `The weights of a head of type "${type}" are not all finite numbers.`,
      remedy: 'Train it again, with stronger regularization if it diverged.',
    });
  }
  return {
    type,
    task: 'multi-label',
    labels,
    dimension,
    activation: 'sigmoid',
    history,
    logits: (embeddings) => chainLogits(embeddings, parts),
    affineForm: () => undefined,
    toState: () => ({
      type,
      task: 'multi-label',
      labels,
      dimension,
      options,
      settings: { ...settings, order: [...order] },
      tensors: {
        weights: { dataType: 'float32', shape: [labels.length, chainWidth(dimension, labels.length)], data: weights },
        bias: { dataType: 'float32', shape: [labels.length], data: bias },
      },
    }),
  };
}

function chainLogits(embeddings: Matrix, { labels, dimension, order, weights, bias }: ChainParts): Matrix {
  assertEmbeddingWidth(embeddings, dimension);
  const { rows } = embeddings;
  const columns = labels.length;
  const width = chainWidth(dimension, columns);
  const ofEmbedding = new Float32Array(columns * dimension);
  for (const link of order.keys()) {
    ofEmbedding.set(weights.subarray(link * width, link * width + dimension), link * dimension);
  }
  const sums = multiplyTransposedB(embeddings.data, ofEmbedding, { rows, inner: dimension, columns });
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const answers: number[] = [];
    for (const [link, label] of order.entries()) {
      let logit = (sums[row * columns + link] ?? 0) + (bias[link] ?? 0);
      for (const [earlier, yes] of answers.entries()) logit += yes * (weights[link * width + dimension + earlier] ?? 0);
      answers.push(logit > 0 ? 1 : 0);
      data[row * columns + label] = logit;
    }
  }
  return { data, rows, columns };
}

/**
 * Brings back what {@link createChain} saved.
 * @throws {PolyheadError} TENSOR_MISSING, TENSOR_SHAPE_MISMATCH, NOT_FINITE, MODEL_FOLDER_INVALID
 */
export function restoreChain(state: FittedHeadState): FittedHead {
  const { type, labels, dimension, options, settings } = state;
  const order = readOrder(settings['order'], labels.length);
  if (order === undefined) {
    throw new PolyheadError('MODEL_FOLDER_INVALID', {
      message: `A saved head of type "${type}" has the order ${JSON.stringify(settings['order'])}.`,
      remedy: `It must name each number from 0 to ${labels.length - 1} once.`,
      details: { headType: type },
    });
  }
  const weights = requireFloat32(state, 'weights', [labels.length, chainWidth(dimension, labels.length)]);
  const bias = requireFloat32(state, 'bias', [labels.length]);
  return createChain({ type, labels, dimension, order, weights, bias, options, settings });
}

function readOrder(value: JsonValue | undefined, labels: number): number[] | undefined {
  if (!Array.isArray(value) || value.length !== labels) return undefined;
  const order = value.filter((label: JsonValue) => typeof label === 'number');
  const known = new Set(order);
  const complete = Array.from({ length: labels }, (_, label) => known.has(label)).every(Boolean);
  return complete ? order : undefined;
}
