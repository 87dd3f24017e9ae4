import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareTensorFlow } from '../tensorflow.ts';
import { flatRules } from './flat-rules.ts';
import { gradientRules } from './register-gradients.ts';

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

interface RuleCase {
  readonly kernel: string;
  readonly note?: string;
  readonly operation: Operation;
  /** Shapes of the inputs. */
  readonly shapes: number[][];
  /** Values are drawn from this range. @default [-1, 1] */
  readonly range?: [number, number];
}

const vector = [[5]];
const matrix = [[3, 4]];
const unary = (kernel: string, operation: (x: tf.Tensor) => tf.Tensor, range?: [number, number]): RuleCase => ({
  kernel,
  operation: (x) => operation(x),
  shapes: vector,
  ...(range === undefined ? {} : { range }),
});

/** Operands of equal shape, and operands of which both are broadcast. */
function binary(
  kernel: string,
  operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  range?: [number, number],
): RuleCase[] {
  return [
    [
      [3, 4],
      [3, 4],
    ],
    [[3, 1], [4]],
    [[], [2, 1, 3]],
  ].map((shapes) => ({
    kernel,
    note: `of shapes ${JSON.stringify(shapes)}`,
    operation: (a, b) => operation(a, b),
    shapes,
    ...(range === undefined ? {} : { range }),
  }));
}

/** Operands that are far enough apart for a finite difference, in both directions. */
function extremes(kernel: string, operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): RuleCase[] {
  return [
    [
      [3, 4],
      [3, 4],
    ],
    [[3, 1], [4]],
  ].map((shapes) => ({
    kernel,
    note: `of shapes ${JSON.stringify(shapes)}`,
    operation: (a, b) => operation(a, tf.add(b, tf.tensor1d([1, -1, 1, -1]))),
    shapes,
    range: [-0.3, 0.3],
  }));
}

const first = (inputs: tf.Tensor[]): tf.Tensor => inputs[0] ?? tf.scalar(0);

const cases: RuleCase[] = [
  unary(tf.Abs, tf.abs, [0.2, 1]),
  unary(tf.Abs, tf.abs, [-1, -0.2]),
  unary(tf.Neg, tf.neg),
  unary(tf.Identity, tf.clone),
  unary(tf.Square, tf.square),
  unary(tf.Sqrt, tf.sqrt, [0.5, 2]),
  unary(tf.Rsqrt, tf.rsqrt, [0.5, 2]),
  unary(tf.Reciprocal, tf.reciprocal, [0.5, 2]),
  unary(tf.Exp, tf.exp),
  unary(tf.Expm1, tf.expm1),
  unary(tf.Log, tf.log, [0.5, 2]),
  unary(tf.Log1p, tf.log1p, [0.5, 2]),
  unary(tf.Erf, tf.erf),
  unary(tf.Sigmoid, tf.sigmoid, [-3, 3]),
  unary(tf.Tanh, tf.tanh, [-2, 2]),
  unary(tf.Softplus, tf.softplus, [-3, 3]),
  unary(tf.Relu, tf.relu, [0.2, 1]),
  unary(tf.Relu, tf.relu, [-1, -0.2]),
  unary(tf.Relu6, tf.relu6, [0.2, 1]),
  unary(tf.Relu6, tf.relu6, [6.2, 7]),
  unary(tf.Elu, tf.elu, [0.2, 1]),
  unary(tf.Elu, tf.elu, [-1, -0.2]),
  unary(tf.LeakyRelu, (x) => tf.leakyRelu(x, 0.3), [0.2, 1]),
  unary(tf.LeakyRelu, (x) => tf.leakyRelu(x, 0.3), [-1, -0.2]),
  unary(tf.Sin, tf.sin),
  unary(tf.Cos, tf.cos),
  unary(tf.Tan, tf.tan),
  unary(tf.Sinh, tf.sinh),
  unary(tf.Cosh, tf.cosh),
  unary(tf.Asin, tf.asin, [-0.7, 0.7]),
  unary(tf.Acos, tf.acos, [-0.7, 0.7]),
  unary(tf.Atan, tf.atan),
  unary(tf.ClipByValue, (x) => tf.clipByValue(x, -1, 0.5), [-0.8, 0.3]),
  unary(tf.ClipByValue, (x) => tf.clipByValue(x, -1, 0.5), [0.7, 1]),
  ...binary(tf.Add, tf.add),
  ...binary(tf.Sub, tf.sub),
  ...binary(tf.Multiply, tf.mul),
  ...binary(tf.RealDiv, tf.div, [0.5, 2]),
  ...extremes(tf.Maximum, tf.maximum),
  ...extremes(tf.Minimum, tf.minimum),
  ...binary(tf.SquaredDifference, tf.squaredDifference),
  ...binary(tf.Pow, tf.pow, [0.5, 2]),
  ...binary(tf.Atan2, tf.atan2, [0.5, 2]),
  {
    kernel: tf.Select,
    operation: (a, b) => tf.where(tf.tensor1d([true, false, true, false], 'bool'), a, b),
    shapes: [[4], [4]],
  },
  ...[undefined, 0, [-1]].map((axes) => ({
    kernel: tf.Sum,
    note: `over ${JSON.stringify(axes)}`,
    operation: (...inputs: tf.Tensor[]) => tf.sum(first(inputs), axes),
    shapes: matrix,
  })),
  {
    kernel: tf.Sum,
    note: 'keeping dimensions',
    operation: (...inputs) => tf.sum(first(inputs), 1, true),
    shapes: matrix,
  },
  ...[undefined, 1].map((axes) => ({
    kernel: tf.Mean,
    note: `over ${JSON.stringify(axes)}`,
    operation: (...inputs: tf.Tensor[]) => tf.mean(first(inputs), axes),
    shapes: matrix,
  })),
  { kernel: tf.Max, operation: (...inputs) => tf.max(first(inputs), 1), shapes: matrix },
  { kernel: tf.Max, note: 'of all', operation: (...inputs) => tf.max(first(inputs)), shapes: matrix },
  { kernel: tf.Min, operation: (...inputs) => tf.min(first(inputs), -1, true), shapes: matrix },
  { kernel: tf.Cumsum, operation: (...inputs) => tf.cumsum(first(inputs), 1), shapes: matrix },
  {
    kernel: tf.Cumsum,
    note: 'exclusive, reversed',
    operation: (...inputs) => tf.cumsum(first(inputs), 0, true, true),
    shapes: matrix,
  },
  { kernel: tf.Softmax, operation: (...inputs) => tf.softmax(first(inputs)), shapes: matrix },
  { kernel: tf.Cast, operation: (...inputs) => tf.cast(first(inputs), 'float32'), shapes: matrix },
  { kernel: tf.Reshape, operation: (...inputs) => tf.reshape(first(inputs), [2, 6]), shapes: matrix },
  { kernel: tf.Tile, operation: (...inputs) => tf.tile(first(inputs), [2, 3]), shapes: matrix },
  {
    kernel: tf.Tile,
    note: 'by broadcasting',
    operation: (...inputs) => tf.broadcastTo(first(inputs), [2, 3, 4]),
    shapes: [[3, 1]],
  },
  { kernel: tf.Transpose, operation: (...inputs) => tf.transpose(first(inputs), [2, 0, 1]), shapes: [[2, 3, 4]] },
  { kernel: tf.Reverse, operation: (...inputs) => tf.reverse(first(inputs), [-1]), shapes: matrix },
  { kernel: tf.Slice, operation: (...inputs) => tf.slice(first(inputs), [1, 1], [2, 2]), shapes: matrix },
  { kernel: tf.Slice, note: 'of one axis', operation: (...inputs) => tf.slice(first(inputs), 1, -1), shapes: matrix },
  {
    kernel: tf.PadV2,
    operation: (...inputs) =>
      tf.pad(first(inputs), [
        [1, 2],
        [0, 3],
      ]),
    shapes: matrix,
  },
  { kernel: tf.SplitV, operation: (...inputs) => last(tf.split(first(inputs), 2, 1)), shapes: matrix },
  { kernel: tf.ExpandDims, operation: (...inputs) => tf.expandDims(first(inputs), 1), shapes: matrix },
  {
    kernel: tf.Concat,
    operation: (...inputs) => tf.concat(inputs, 1),
    shapes: [
      [3, 1],
      [3, 4],
    ],
  },
  {
    kernel: tf.Concat,
    note: 'over the last axis',
    operation: (...inputs) => tf.concat(inputs, -1),
    shapes: [
      [3, 1],
      [3, 4],
    ],
  },
  {
    kernel: tf.Pack,
    operation: (...inputs) => tf.stack(inputs, 1),
    shapes: [
      [3, 4],
      [3, 4],
    ],
  },
  { kernel: tf.Unpack, operation: (...inputs) => last(tf.unstack(first(inputs), 1)), shapes: matrix },
  {
    kernel: tf.GatherV2,
    note: 'with rows taken twice and never',
    operation: (...inputs) => tf.gather(first(inputs), tf.tensor1d([2, 0, 2, 2], 'int32')),
    shapes: matrix,
  },
  {
    kernel: tf.GatherV2,
    note: 'along a later axis with a matrix of indices',
    operation: (...inputs) =>
      tf.gather(
        first(inputs),
        tf.tensor2d(
          [
            [3, 0],
            [1, 3],
          ],
          [2, 2],
          'int32',
        ),
        1,
      ),
    shapes: [[2, 4, 3]],
  },
  ...[
    {
      flags: [false, false],
      shapes: [
        [2, 3],
        [3, 4],
      ],
    },
    {
      flags: [true, false],
      shapes: [
        [3, 2],
        [3, 4],
      ],
    },
    {
      flags: [false, true],
      shapes: [
        [2, 3],
        [4, 3],
      ],
    },
    {
      flags: [true, true],
      shapes: [
        [3, 2],
        [4, 3],
      ],
    },
    {
      flags: [false, false],
      shapes: [
        [40, 3],
        [3, 2],
      ],
    },
    {
      flags: [false, false],
      shapes: [
        [5, 2, 3],
        [1, 3, 4],
      ],
    },
  ].map(({ flags, shapes }) => ({
    kernel: tf.BatchMatMul,
    note: `with transpositions ${flags.join(', ')} of shapes ${JSON.stringify(shapes)}`,
    operation: (...inputs: tf.Tensor[]) => tf.matMul(first(inputs), inputs[1] ?? 0, flags[0], flags[1]),
    shapes,
  })),
  {
    kernel: tf.AddN,
    operation: (...inputs) => tf.addN(inputs),
    shapes: [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
  },
];

function last(tensors: tf.Tensor[]): tf.Tensor {
  return tensors.at(-1) ?? tf.scalar(0);
}

/** Numbers that look random, the same in every run. */
function fixedValues(count: number, seed: number, [low, high]: [number, number] = [-1, 1]): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    const wave = Math.sin((index + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return low + (high - low) * (wave - Math.floor(wave));
  });
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

describe('gradient rules', () => {
  beforeAll(async () => {
    await prepareTensorFlow({ backend: 'wasm' });
  });

  it('are one for each op', () => {
    const kernels = gradientRules.map(({ kernelName }) => kernelName);
    expect(new Set(kernels).size).toBe(kernels.length);
  });

  it('all have a case here', () => {
    const flat = new Set(flatRules.map(({ kernelName }) => kernelName));
    const wanted = gradientRules.map(({ kernelName }) => kernelName).filter((kernel) => !flat.has(kernel));
    expect([...new Set(cases.map(({ kernel }) => kernel))].sort()).toEqual(wanted.sort());
  });

  // A random projection of the output is differentiated along a random direction of all inputs; the finite difference
  // is of the fourth order, so that a step large enough for float32 is also precise enough.
  it.each(cases)('$kernel $note agrees with finite differences', ({ operation, shapes, range }) => {
    const points = shapes.map((shape, index) => fixedValues(sizeOf(shape), index, range));
    const directions = shapes.map((shape, index) => fixedValues(sizeOf(shape), index + 10));
    const project = (...inputs: tf.Tensor[]): tf.Tensor => {
      const output = operation(...inputs);
      return tf.sum(tf.mul(output, tf.tensor(fixedValues(output.size, 20), output.shape)));
    };
    const at = (step: number): number => {
      const inputs = points.map((point, index) =>
        tf.tensor(
          point.map((value, position) => value + step * (directions[index]?.[position] ?? 0)),
          shapes[index],
        ),
      );
      return project(...inputs).dataSync()[0] ?? Number.NaN;
    };
    const step = 0.02;
    const numeric = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);

    const gradients = tf.grads(project)(points.map((point, index) => tf.tensor(point, shapes[index])));
    let analytic = 0;
    gradients.forEach((gradient, index) => {
      expect(gradient.shape).toEqual(shapes[index]);
      gradient.dataSync().forEach((entry, position) => {
        analytic += entry * (directions[index]?.[position] ?? 0);
      });
    });
    expect(Math.abs(analytic - numeric)).toBeLessThan(2e-4 * Math.max(1, Math.abs(numeric)));
  });

  it('let no gradient through decisions', () => {
    const gate = (x: tf.Tensor): tf.Tensor =>
      tf.sum(tf.where(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 2)), x, tf.mul(x, 3)));
    expect([
      ...tf
        .grad(gate)(tf.tensor1d([-1, 1, 5]))
        .dataSync(),
    ]).toEqual([3, 1, 3]);
    const stepped = (x: tf.Tensor): tf.Tensor => tf.sum(tf.add(tf.floor(x), tf.sign(x)));
    expect([
      ...tf
        .grad(stepped)(tf.tensor1d([-1.5, 1.5]))
        .dataSync(),
    ]).toEqual([0, 0]);
    const chosen = (x: tf.Tensor): tf.Tensor => tf.sum(tf.mul(tf.oneHot(tf.argMax(x, 1), 2), x));
    expect([
      ...tf
        .grad(chosen)(tf.tensor2d([[1, 2]]))
        .dataSync(),
    ]).toEqual([0, 1]);
  });

  it('share a maximum among ties', () => {
    expect([
      ...tf
        .grad((x: tf.Tensor) => tf.max(x))(tf.tensor1d([2, 1, 2]))
        .dataSync(),
    ]).toEqual([0.5, 0, 0.5]);
  });

  it('keep a squared negative number finite', () => {
    const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.pow(a, b)))([tf.scalar(-3), tf.scalar(2)]);
    expect(gradients.map((gradient) => gradient.dataSync()[0])).toEqual([-6, 0]);
  });

  it('name an op that has none', () => {
    expect(() => tf.grad((x: tf.Tensor) => tf.sum(tf.topk(x, 1).values))(tf.tensor1d([1, 2]))).toThrow(/TopK/);
  });
});
