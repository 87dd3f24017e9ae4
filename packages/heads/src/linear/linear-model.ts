import * as tf from '@tensorflow/tfjs-core';
import { createAdamW, createSgd, type Optimizer } from '@polyhead/numerics';
import type { Loss, Matrix, RandomGenerator } from '@polyhead/types';
import type { Batch } from './batches.ts';
import { addPenaltyGradient } from './kernels/batch-rows.ts';
import type { LinearOptions } from './linear-options.ts';
import type { TrainingTargets } from './training-task.ts';

/** The parameters while they are trained. */
export interface LinearParameters {
  /** `[dimension, outputs]`, row-major: transposed against the saved form, which is faster on the WebAssembly backend. */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly bias: Float32Array;
}

/** A linear model with what it takes to train it. */
export interface LinearModel {
  readonly parameters: LinearParameters;
  /** Makes one step and returns the mean loss of the batch before it. */
  step(batch: Batch, learningRate: number): number;
  /** `[rows, outputs]`, without dropout. */
  logits(embeddings: Matrix): Float32Array;
  /** The mean loss of logits `[rows, outputs]`. */
  lossOf(logits: Float32Array, targets: TrainingTargets, weights: Float32Array | undefined): number;
}

/** What a {@link LinearModel} is made of. */
export interface LinearModelOptions {
  readonly dimension: number;
  readonly outputs: number;
  /** Embeddings are multiplied by it. */
  readonly embeddingScale: number;
  readonly loss: Loss<tf.Tensor>;
  readonly initialBias: Float32Array;
  readonly targetRank: 1 | 2;
  readonly options: LinearOptions;
  readonly random: RandomGenerator;
}

/**
 * What brings embeddings to a mean length of 1, so that one learning rate fits every encoder: 1 for normalised ones.
 * @param data `[rows, dimension]`
 */
export function meanLengthScale(data: Float32Array, dimension: number): number {
  const meanSquare = data.reduce((sum, value) => sum + value * value, 0) / (data.length / dimension);
  return meanSquare === 0 || Math.abs(meanSquare - 1) < 1e-3 ? 1 : 1 / Math.sqrt(meanSquare);
}

/** Rows whose logits are computed at once. */
const chunkRows = 4096;

/**
 * A linear model `embedding * weights + bias`, with weights drawn uniformly after Glorot and Bengio (2010). Gradients come from
 * TensorFlow.js; the update is made on plain arrays, since parameters are few beside the embeddings of a batch.
 */
export function createLinearModel(setup: LinearModelOptions): LinearModel {
  const { dimension, outputs, loss, options, targetRank, embeddingScale } = setup;
  const parameters = initialParameters(setup);
  const { weights, bias } = parameters;
  const named = new Map([['weights', weights], ...(options.bias ? [['bias', bias] as const] : [])]);
  const optimizer = createOptimizer(options);

  const score = (embeddings: tf.Tensor2D, w: tf.Tensor, b: tf.Tensor): tf.Tensor => {
    const products = tf.matMul(embeddings, w);
    const sums = tf.add(embeddingScale === 1 ? products : tf.mul(products, embeddingScale), b);
    return options.temperature === 1 ? sums : tf.div(sums, options.temperature);
  };
  const toTensors = (): [tf.Tensor, tf.Tensor] => [tf.tensor2d(weights, [dimension, outputs]), tf.tensor1d(bias)];
  const toTargets = (values: Float32Array, rows: number): tf.Tensor =>
    targetRank === 1 ? tf.tensor1d(values) : tf.tensor2d(values, [rows, outputs]);

  return {
    parameters,
    step(batch, learningRate) {
      const { value, grads } = tf.tidy(() => {
        const embeddings = tf.tensor2d(batch.embeddings, [batch.rows, dimension]);
        const targets = toTargets(batch.targets, batch.rows);
        const sampleWeights = batch.weights === undefined ? undefined : tf.tensor1d(batch.weights);
        return tf.valueAndGrads((w: tf.Tensor, b: tf.Tensor) =>
          loss.compute(score(embeddings, w, b), targets, sampleWeights),
        )(toTensors());
      });
      const [weightGradient = new Float32Array(0), biasGradient = new Float32Array(0)] = grads.map(takeFloats);
      if (options.l2 > 0) addPenaltyGradient(weightGradient, weights, options.l2);
      const gradients = new Map([['weights', weightGradient]]);
      if (options.bias) gradients.set('bias', biasGradient);
      optimizer.step(named, gradients, learningRate);
      return takeScalar(value);
    },
    logits(embeddings) {
      const result = new Float32Array(embeddings.rows * outputs);
      for (let start = 0; start < embeddings.rows; start += chunkRows) {
        const end = Math.min(embeddings.rows, start + chunkRows);
        const scores = tf.tidy(() => {
          const rows = tf.tensor2d(embeddings.data.subarray(start * dimension, end * dimension), [
            end - start,
            dimension,
          ]);
          return score(rows, ...toTensors());
        });
        result.set(takeFloats(scores), start * outputs);
      }
      return result;
    },
    lossOf: (logits, targets, sampleWeights) => {
      const rows = logits.length / outputs;
      const mean = tf.tidy(() => {
        const weightsTensor = sampleWeights === undefined ? undefined : tf.tensor1d(sampleWeights);
        return loss.compute(tf.tensor2d(logits, [rows, outputs]), toTargets(targets.values, rows), weightsTensor);
      });
      return takeScalar(mean);
    },
  };
}

function initialParameters({ dimension, outputs, initialBias, options, random }: LinearModelOptions): LinearParameters {
  const limit = Math.sqrt(6 / (dimension + outputs));
  const draw = random.fork('weights');
  return {
    weights: Float32Array.from({ length: dimension * outputs }, () => limit * (2 * draw.next() - 1)),
    bias: options.bias
      ? Float32Array.from(initialBias, (value) => value * options.temperature)
      : new Float32Array(outputs),
  };
}

function createOptimizer({ optimizer, momentum, weightDecay }: LinearOptions): Optimizer {
  if (optimizer === 'sgd') return createSgd({ momentum });
  return createAdamW({ weightDecay, decays: (name) => name === 'weights' });
}

/** Reads and disposes a tensor. Not inside `tf.tidy`: it walks through what it is given back, element by element. */
function takeFloats(tensor: tf.Tensor): Float32Array {
  const values = Float32Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}

function takeScalar(tensor: tf.Tensor): number {
  return takeFloats(tensor)[0] ?? Number.NaN;
}
