import { createHeadTypeRegistry, type HeadTypeRegistry } from '@polyhead/heads';
import {
  PolyheadError,
  type Activation,
  type FittedHead,
  type FittedHeadState,
  type HeadType,
  type Matrix,
  type Task,
} from '@polyhead/types';
import { fakeDimension } from './fake-encoder.ts';

/** What a fake head is made of. */
export interface FakeHeadOptions {
  readonly task?: Task;
  readonly labels?: readonly string[];
  readonly activation?: Activation;
  readonly dimension?: number;
  readonly seed?: number;
  /** False for a head that cannot be exported. @default true */
  readonly affine?: boolean;
}

const activations: Readonly<Record<Task, Activation>> = {
  'single-label': 'softmax',
  'multi-label': 'sigmoid',
  regression: 'identity',
};

/** A linear head with made-up weights. */
export function createFakeHead(options: FakeHeadOptions = {}): FittedHead {
  const {
    task = 'single-label',
    labels = ['a', 'b', 'c'],
    dimension = fakeDimension,
    seed = 1,
    affine = true,
  } = options;
  const weights = Float32Array.from({ length: labels.length * dimension }, (_, index) =>
    Math.sin(seed * 31 + index * 7),
  );
  const activation = options.activation ?? activations[task];
  return restore({
    type: 'fake-linear',
    task,
    labels,
    dimension,
    options: { seed },
    settings: { affine, activation },
    tensors: { weights: { dataType: 'float32', shape: [labels.length, dimension], data: weights } },
  });
}

/** The type of the fake heads. */
const fakeHeadType: HeadType = {
  type: 'fake-linear',
  summary: 'A linear head for tests.',
  tasks: ['single-label', 'multi-label', 'regression'],
  create() {
    throw new PolyheadError('INTERNAL', { message: 'Fake heads are not fitted.' });
  },
  restore,
};

/** A registry that knows the fake heads and nothing else. */
export const fakeRegistry: HeadTypeRegistry = createHeadTypeRegistry([fakeHeadType]);

function restore(state: FittedHeadState): FittedHead {
  const { task, labels, dimension, settings, tensors } = state;
  const weights = tensors['weights'];
  if (weights?.dataType !== 'float32') {
    throw new PolyheadError('TENSOR_MISSING', { message: 'The tensor "weights" is missing.' });
  }
  if (weights.shape.join() !== `${labels.length},${dimension}`) {
    throw new PolyheadError('TENSOR_SHAPE_MISMATCH', {
      message: `The tensor "weights" has the shape [${weights.shape.join(', ')}].`,
    });
  }
  const bias = new Float32Array(labels.length).map((_, index) => index / 10);
  const activation = toActivation(settings['activation'], task);
  return {
    type: state.type,
    task,
    labels,
    dimension,
    activation,
    history: [],
    logits: (embeddings) => multiply(embeddings, { weights: weights.data, bias }),
    toState: () => state,
    affineForm: () =>
      settings['affine'] === false ? undefined : { weights: weights.data, bias, outputs: labels.length },
  };
}

function toActivation(value: unknown, task: Task): Activation {
  const known: readonly Activation[] = ['softmax', 'sigmoid', 'normalized-sigmoid', 'identity'];
  return known.find((name) => name === value) ?? activations[task];
}

function multiply(
  { data, rows, columns }: Matrix,
  { weights, bias }: { readonly weights: Float32Array; readonly bias: Float32Array },
): Matrix {
  const outputs = bias.length;
  const logits = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row += 1) {
    for (let output = 0; output < outputs; output += 1) {
      let sum = bias[output] ?? 0;
      for (let column = 0; column < columns; column += 1) {
        sum += (data[row * columns + column] ?? 0) * (weights[output * columns + column] ?? 0);
      }
      logits[row * outputs + output] = sum;
    }
  }
  return { data: logits, rows, columns: outputs };
}
