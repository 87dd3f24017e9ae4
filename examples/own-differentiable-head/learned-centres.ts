/** A head of your own that learns together with the encoder: a text belongs to the label whose centre is nearest. */
import * as tf from '@tensorflow/tfjs-core';
import { createAffineHead } from '@polyhead/heads';
import type { CreateDifferentiableHead } from '@polyhead/training';

/** The logit of a label is minus the squared distance to its centre, times this. */
const sharpness = 10;

export const learnedCentres: CreateDifferentiableHead = ({ labels, dimension, random }) => {
  const data = Float32Array.from({ length: labels.length * dimension }, () => random.normal() / Math.sqrt(dimension));
  return {
    type: 'linear',
    parameters: { centres: { shape: [labels.length, dimension], data } },
    // |x - c|^2 = |x|^2 - 2 x c + |c|^2, of which |x|^2 is the same for all labels.
    logits: (embeddings, { centres }) => {
      if (centres === undefined) throw new TypeError('There are no centres.');
      const products = tf.matMul(embeddings, centres, false, true);
      return tf.mul(tf.sub(tf.mul(products, 2), tf.sum(tf.square(centres), 1)), sharpness);
    },
    // Without |x|^2 it is a linear map, so it is saved, served and exported as the built-in linear head.
    toFitted: (result) =>
      createAffineHead({
        ...result,
        type: 'linear',
        weights: data.map((value) => 2 * sharpness * value),
        bias: Float32Array.from(labels, (_label, place) => {
          const centre = data.subarray(place * dimension, (place + 1) * dimension);
          return -sharpness * centre.reduce((sum, value) => sum + value ** 2, 0);
        }),
      }),
  };
};
