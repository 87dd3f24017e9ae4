import { assertFitExamples, createAffineHead, restoreAffineHead } from '@polyhead/heads';
import {
  PolyheadError,
  type FittedHead,
  type Head,
  type HeadExamples,
  type HeadType,
  type JsonObject,
} from '@polyhead/types';

const type = 'nearest-centroid';
const tasks = ['single-label'] as const;

/**
 * A head of your own: each class is the mean of its embeddings, and a text belongs to the class whose mean is nearest.
 * The squared distance |x - c|^2 differs from -2 (c x - |c|^2 / 2) only by |x|^2, which is the same for every class, so the
 * head is affine: weights are the means, biases -|c|^2 / 2. That makes it exportable to ONNX like the built-in heads.
 */
export const nearestCentroid: HeadType = {
  type,
  summary: 'Each class is the mean of its embeddings.',
  tasks,
  create: (options: JsonObject = {}): Head => ({
    type,
    tasks,
    fit: (examples) => Promise.resolve(fit(examples, options)),
  }),
  restore: (state) => restoreAffineHead(state),
};

function fit(examples: HeadExamples, options: JsonObject): FittedHead {
  assertFitExamples(examples, { headType: type, tasks });
  const { embeddings, targets } = examples;
  if (targets.task !== 'single-label') throw new PolyheadError('TASK_UNSUPPORTED', { message: 'Only single labels.' });
  const { labels, classIndices } = targets;
  const dimension = embeddings.columns;
  const weights = new Float32Array(labels.length * dimension);
  const counts = new Float32Array(labels.length);
  classIndices.forEach((label, row) => {
    counts[label] = (counts[label] ?? 0) + 1;
    for (let column = 0; column < dimension; column++) {
      const at = label * dimension + column;
      weights[at] = (weights[at] ?? 0) + (embeddings.data[row * dimension + column] ?? 0);
    }
  });
  const bias = Float32Array.from(labels, (_, label) => {
    const mean = weights.subarray(label * dimension, (label + 1) * dimension);
    mean.forEach((sum, column) => (mean[column] = sum / Math.max(1, counts[label] ?? 1)));
    return -0.5 * mean.reduce((sum, value) => sum + value * value, 0);
  });
  return createAffineHead({
    type,
    task: 'single-label',
    labels,
    dimension,
    activation: 'softmax',
    weights,
    bias,
    options,
  });
}
