/**
 * A head of your own. The squared distance |x - m|^2 to the mean m of a class differs from -2 (x m - |m|^2 / 2) only by |x|^2,
 * which all classes share; so the head is an affine map, and is exported to ONNX like the built-in ones.
 */
import { assertNotAborted, type HeadExamples, type HeadType, type JsonObject, type Task } from '@polyhead/types';
import { assertFitExamples, createAffineHead, readHeadOptions, restoreAffineHead } from '@polyhead/heads';

const type = 'nearest-centroid';
const tasks: readonly Task[] = ['single-label'];

/** The class whose mean embedding is nearest. */
export const nearestCentroid: HeadType = {
  type,
  summary: 'The class whose mean embedding is nearest.',
  tasks,
  restore: restoreAffineHead,
  create(options: JsonObject = {}) {
    const sharpness = readHeadOptions(type, options, ['sharpness']).number('sharpness', 10);
    return {
      type,
      tasks,
      async fit(examples, { signal }) {
        assertFitExamples(examples, { headType: type, tasks });
        assertNotAborted(signal);
        const { labels } = examples.targets;
        const means = labels.map((_, label) => meanOf(examples, label));
        // -|x - m|^2 / 2 is x m - |m|^2 / 2, up to what all classes share: an affine map.
        const halfSquares = means.map((mean) => mean.reduce((sum, value) => sum + value * value, 0) / 2);
        return createAffineHead({
          type,
          task: 'single-label',
          labels,
          dimension: examples.embeddings.columns,
          activation: 'softmax',
          weights: Float32Array.from(means.flatMap((mean) => mean.map((value) => sharpness * value))),
          bias: Float32Array.from(halfSquares, (half) => -sharpness * half),
          options,
        });
      },
    };
  },
};

function meanOf({ embeddings, targets, sampleWeights }: HeadExamples, label: number): number[] {
  const { data, columns } = embeddings;
  const sums = new Array<number>(columns).fill(0);
  let total = 0;
  for (const [row, target] of targets.task === 'single-label' ? targets.classIndices.entries() : []) {
    if (target !== label) continue;
    const weight = sampleWeights?.[row] ?? 1;
    total += weight;
    for (const [at, value] of data.subarray(row * columns, (row + 1) * columns).entries()) {
      sums[at] = (sums[at] ?? 0) + weight * value;
    }
  }
  return sums.map((sum) => (total > 0 ? sum / total : 0));
}
