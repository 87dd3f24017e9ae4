/** A type of head of your own that is fitted on embeddings: the labels of the nearest texts decide. */
import { assertNotAborted, type FittedHead, type FittedHeadState, type HeadType, type Task } from '@polyhead/types';
import { assertEmbeddingWidth, assertFitExamples, readHeadOptions, requireFloat32 } from '@polyhead/heads';

const type = 'nearest-neighbours';
const tasks: readonly Task[] = ['single-label'];

export const nearestNeighbours: HeadType = {
  type,
  summary: 'The labels of the nearest texts decide.',
  tasks,
  restore: fromState,
  create(options = {}) {
    const neighbours = readHeadOptions(type, options, ['neighbours']).number('neighbours', 5, {
      minimum: 1,
      integer: true,
    });
    return {
      type,
      tasks,
      async fit(examples, { signal }) {
        assertFitExamples(examples, { headType: type, tasks });
        assertNotAborted(signal);
        const { embeddings, targets, sampleWeights } = examples;
        if (targets.task !== 'single-label') throw new TypeError('The examples have one label each.');
        const { labels, classIndices } = targets;
        const { data, rows, columns: dimension } = embeddings;
        return fromState({
          ...{ type, task: 'single-label', labels, dimension, options },
          settings: { neighbours, rows },
          tensors: {
            texts: { dataType: 'float32', shape: [rows, dimension], data: data.slice() },
            classes: { dataType: 'float32', shape: [rows], data: Float32Array.from(classIndices) },
            weights: {
              dataType: 'float32',
              shape: [rows],
              data: Float32Array.from(classIndices, (_, row) => sampleWeights?.[row] ?? 1),
            },
          },
        });
      },
    };
  },
};

/** The saved form is all there is to know, so that a head that was loaded is the one that was fitted. */
function fromState(state: FittedHeadState): FittedHead {
  const { labels, dimension, settings } = state;
  const { rows, neighbours } = { rows: Number(settings['rows']), neighbours: Number(settings['neighbours']) };
  const texts = requireFloat32(state, 'texts', [rows, dimension]);
  const classes = requireFloat32(state, 'classes', [rows]);
  const weights = requireFloat32(state, 'weights', [rows]);

  /** The logarithm of each label's share of votes: softmax makes the shares of it again. */
  function vote(text: Float32Array): number[] {
    const nearest = Array.from(classes, (label, row) => {
      const example = texts.subarray(row * dimension, (row + 1) * dimension);
      const squaredDistance = text.reduce((sum, value, axis) => sum + (value - (example[axis] ?? 0)) ** 2, 0);
      return { label, squaredDistance, weight: weights[row] ?? 0 };
    })
      .filter(({ weight }) => weight > 0)
      .sort((first, second) => first.squaredDistance - second.squaredDistance)
      .slice(0, neighbours);
    const votes = labels.map(() => 1e-6);
    for (const { label, squaredDistance, weight } of nearest) {
      votes[label] = (votes[label] ?? 0) + weight / (0.01 + squaredDistance);
    }
    return votes.map(Math.log);
  }

  return {
    ...{ type, labels, dimension },
    task: 'single-label',
    activation: 'softmax',
    history: [],
    logits(embeddings) {
      assertEmbeddingWidth(embeddings, dimension);
      const { data } = embeddings;
      const all = Array.from({ length: embeddings.rows }, (_, row) =>
        vote(data.subarray(row * dimension, (row + 1) * dimension)),
      );
      return { data: Float32Array.from(all.flat()), rows: embeddings.rows, columns: labels.length };
    },
    toState: () => state,
    affineForm: () => undefined,
  };
}
