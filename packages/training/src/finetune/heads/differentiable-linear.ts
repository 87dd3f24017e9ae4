import * as tf from '@tensorflow/tfjs-core';
import { createAffineHead } from '@polyhead/heads';
import { PolyheadError } from '@polyhead/types';
import type { TensorParameter } from '../objective/tensor-objective.ts';
import type { CreateDifferentiableHead, DifferentiableHead, FittingResult } from './differentiable-head.ts';

/** Options of {@link differentiableLinear}. */
export interface DifferentiableLinearOptions {
  /** Logits are divided by it, in training and after; the fitted weights contain it. @default 1 */
  readonly temperature?: number | undefined;
  /** @default true */
  readonly bias?: boolean | undefined;
}

/**
 * A linear layer that learns with the encoder: one logit a label, `(x W^T + b) / temperature`, for one label a text, several
 * labels or a number alike. The head of the Python library SetFit divides by the temperature plus 1e-5.
 *
 * It begins as PyTorch's `nn.Linear`: all numbers uniform between
 * -1 / sqrt(dimension) and 1 / sqrt(dimension). The fitted head is of the type `linear`.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function differentiableLinear(options: DifferentiableLinearOptions = {}): CreateDifferentiableHead {
  const { temperature = 1, bias: hasBias = true } = options;
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The temperature of the head is ${temperature}.`,
      remedy: 'Give a number above 0.',
      details: { temperature },
    });
  }
  return ({ labels, dimension, random }): DifferentiableHead => {
    const bound = 1 / Math.sqrt(dimension);
    const draw = (): number => (2 * random.next() - 1) * bound;
    const weights = Float32Array.from({ length: labels.length * dimension }, draw);
    const bias = Float32Array.from({ length: labels.length }, () => (hasBias ? draw() : 0));
    const learned: Record<string, TensorParameter> = {
      weights: { shape: [labels.length, dimension], data: weights },
      ...(hasBias ? { bias: { shape: [labels.length], data: bias } } : {}),
    };
    return {
      type: 'linear',
      parameters: learned,
      logits(embeddings, parameters) {
        const products = tf.matMul(embeddings, toMatrix(parameters['weights']), false, true);
        const { bias: added } = parameters;
        const sum = added === undefined ? products : tf.add(products, added);
        return temperature === 1 ? sum : tf.div(sum, temperature);
      },
      toFitted: ({ unit, ...result }: FittingResult) =>
        createAffineHead({
          type: 'linear',
          ...result,
          weights: weights.map((weight) => (weight / temperature) * unit.scale),
          bias: bias.map((value) => (value / temperature) * unit.scale + unit.shift),
        }),
    };
  };
}

function toMatrix(weights: tf.Tensor | undefined): tf.Tensor2D {
  if (weights?.rank === 2) return weights as tf.Tensor2D;
  throw new PolyheadError('INTERNAL', { message: 'The weights of a linear head are no matrix.' });
}
