import * as tf from '@tensorflow/tfjs-core';
import { PolyheadError } from '@polyhead/types';
import {
  axesAttribute,
  fromInput,
  listGradients,
  numberAttribute,
  numbersAttribute,
  savedTensor,
  singleGradient,
} from './rule.ts';

/** The inverse of a permutation of axes. */
function inverse(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

/** Adds the rows of `updates` into zeros of `shape` at `indices` along the first axis. */
function scatterRows(indices: tf.Tensor, updates: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const [rows = 0, ...rest] = shape;
  const width = rest.reduce((product, size) => product * size, 1);
  const flat = tf.scatterND(tf.reshape(tf.cast(indices, 'int32'), [-1, 1]), tf.reshape(updates, [-1, width]), [
    rows,
    width,
  ]);
  return tf.reshape(flat, [...shape]);
}

function gatherGradient(dy: tf.Tensor, saved: readonly tf.Tensor[], attributes: tf.NamedAttrMap): tf.Tensor {
  const [x, indices] = [savedTensor(saved, 0), savedTensor(saved, 1)];
  if (numberAttribute(attributes, 'batchDims') !== 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'The gradient of tf.gather is only known for batchDims 0.',
      remedy: 'Import @tensorflow/tfjs before training, which brings a rule for it.',
    });
  }
  const [axis = 0] = axesAttribute(attributes, 'axis', x.rank);
  const indexAxes = Array.from({ length: indices.rank }, (_, offset) => axis + offset);
  const others = Array.from({ length: dy.rank }, (_, position) => position).filter(
    (position) => !indexAxes.includes(position),
  );
  const toFront = [
    axis,
    ...Array.from({ length: x.rank }, (_, position) => position).filter((position) => position !== axis),
  ];
  const front = scatterRows(
    indices,
    tf.transpose(dy, [...indexAxes, ...others]),
    toFront.map((position) => x.shape[position] ?? 1),
  );
  return tf.transpose(front, inverse(toFront));
}

/** Sums the copies that `tile` made: each axis becomes [repeats, size]. */
function untile(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const paired = x.shape.flatMap((size, axis) => [(dy.shape[axis] ?? 1) / size, size]);
  return tf.sum(
    tf.reshape(dy, paired),
    x.shape.map((_, axis) => 2 * axis),
  );
}

/** How much `pad` put before each axis; its attribute is a list of [before, after]. */
function leadingPaddings(attributes: tf.NamedAttrMap): number[] {
  const paddings: unknown = attributes['paddings'];
  const pairs: unknown[] = Array.isArray(paddings) ? paddings : [];
  return pairs.map((pair) => (Array.isArray(pair) ? Number(pair[0]) : 0));
}

/** Derivatives of ops that move, copy or select values. */
export const shapeRules: readonly tf.GradConfig[] = [
  fromInput(tf.Cast, (dy) => tf.clone(dy)),
  fromInput(tf.Reshape, (dy, x) => tf.reshape(dy, x.shape)),
  fromInput(tf.Tile, untile),
  fromInput(tf.Transpose, (dy, x, attributes) => tf.transpose(dy, inverse(axesAttribute(attributes, 'perm', x.rank)))),
  fromInput(tf.Reverse, (dy, x, attributes) => tf.reverse(dy, axesAttribute(attributes, 'dims', x.rank))),
  fromInput(tf.Slice, (dy, x, attributes) => {
    const begins = numbersAttribute(attributes, 'begin') ?? [];
    const paddings = x.shape.map((size, axis): [number, number] => {
      const begin = begins[axis] ?? 0;
      return [begin, size - begin - (dy.shape[axis] ?? 0)];
    });
    return tf.pad(dy, paddings);
  }),
  fromInput(tf.PadV2, (dy, x, attributes) => tf.slice(dy, leadingPaddings(attributes), x.shape)),
  {
    kernelName: tf.ExpandDims,
    inputsToSave: ['input'],
    gradFunc: (dy, saved) => ({ input: () => tf.reshape(singleGradient(dy), savedTensor(saved, 0).shape) }),
  },
  {
    kernelName: tf.Concat,
    saveAllInputs: true,
    gradFunc: (dy, saved, attributes) => {
      const [axis = 0] = axesAttribute(attributes, 'axis', savedTensor(saved, 0).rank);
      const parts = tf.split(
        singleGradient(dy),
        saved.map((input) => input.shape[axis] ?? 1),
        axis,
      );
      return listGradients(parts.map((part) => () => tf.clone(part)));
    },
  },
  {
    kernelName: tf.Pack,
    saveAllInputs: true,
    gradFunc: (dy, _, attributes) =>
      listGradients(
        tf.unstack(singleGradient(dy), numberAttribute(attributes, 'axis')).map((part) => () => tf.clone(part)),
      ),
  },
  {
    kernelName: tf.SplitV,
    gradFunc: (dys, _, attributes) => ({
      x: () => tf.concat(Array.isArray(dys) ? dys : [dys], numberAttribute(attributes, 'axis')),
    }),
  },
  {
    kernelName: tf.Unpack,
    gradFunc: (dys, _, attributes) => ({
      value: () => tf.stack(Array.isArray(dys) ? dys : [dys], numberAttribute(attributes, 'axis')),
    }),
  },
  {
    kernelName: tf.GatherV2,
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, saved, attributes) => ({
      x: () => gatherGradient(singleGradient(dy), saved, attributes),
      indices: () => tf.zeros(savedTensor(saved, 1).shape),
    }),
  },
];
