import * as tf from '@tensorflow/tfjs-core';
import { PolyheadError } from '@polyhead/types';

/** A tensor of `shape` from one that was broadcast from it: the sum over every axis that broadcasting added or stretched. */
export function sumToShape(tensor: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const added = tensor.rank - shape.length;
  const axes = tensor.shape.flatMap((size, axis) => {
    const stretched = axis >= added && shape[axis - added] === 1 && size !== 1;
    return axis < added || stretched ? [axis] : [];
  });
  const summed = axes.length === 0 ? tensor : tf.sum(tensor, axes);
  return tf.reshape(summed, [...shape]);
}

/** The saved tensor at a position; it is missing only if a rule asks for what it did not save. */
export function savedTensor(saved: readonly tf.Tensor[], position: number): tf.Tensor {
  const tensor = saved[position];
  if (tensor === undefined) {
    throw new PolyheadError('INTERNAL', {
      message: `A gradient rule reads saved tensor ${position}, which it did not save.`,
    });
  }
  return tensor;
}

/** The output gradient of an op with one output. */
export function singleGradient(gradient: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(gradient) ? savedTensor(gradient, 0) : gradient;
}

/** A numeric attribute of an op. */
export function numberAttribute(attributes: tf.NamedAttrMap, name: string): number {
  const value = attributes[name];
  if (typeof value !== 'number') throw wrongAttribute(name, 'a number');
  return value;
}

/** An attribute of an op that is a number or a list of numbers, as a list; undefined if it is absent. */
export function numbersAttribute(attributes: tf.NamedAttrMap, name: string): number[] | undefined {
  const value: unknown = attributes[name];
  if (value === undefined || value === null) return undefined;
  const list: unknown[] =
    Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value as ArrayLike<unknown>) : [value];
  return list.map((item) => {
    if (typeof item !== 'number') throw wrongAttribute(name, 'numbers');
    return item;
  });
}

/** The axes that an op works on, counted from 0; all of them if the attribute is absent. */
export function axesAttribute(attributes: tf.NamedAttrMap, name: string, rank: number): number[] {
  const axes = numbersAttribute(attributes, name) ?? Array.from({ length: rank }, (_, axis) => axis);
  return axes.map((axis) => (axis < 0 ? axis + rank : axis));
}

/** One gradient for each of the inputs of an op that takes a list. */
export function listGradients(gradients: readonly (() => tf.Tensor)[]): Record<string, () => tf.Tensor> {
  return Object.fromEntries(gradients.map((gradient, index) => [String(index), gradient]));
}

function wrongAttribute(name: string, wanted: string): PolyheadError {
  return new PolyheadError('INTERNAL', { message: `The attribute "${name}" of a tensor operation is not ${wanted}.` });
}

function toFloat(tensor: tf.Tensor): tf.Tensor {
  return tensor.dtype === 'float32' ? tensor : tf.cast(tensor, 'float32');
}

/** d output / d x from the input. */
export type InputDerivative = (dy: tf.Tensor, x: tf.Tensor, attributes: tf.NamedAttrMap) => tf.Tensor;

/** A rule for an op of one input `x` whose derivative is written with the input. */
export function fromInput(kernelName: string, derivative: InputDerivative): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({
      x: () => derivative(singleGradient(dy), toFloat(savedTensor(saved, 0)), attributes),
    }),
  };
}

/** A rule for an op of one input `x` whose derivative is written with the output `y`. */
export function fromOutput(kernelName: string, derivative: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => derivative(singleGradient(dy), savedTensor(saved, 0)) }),
  };
}

/** d output / d operand, from both operands. */
export type BinaryDerivative = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** A rule for an op of two operands `a` and `b` that broadcasts; undoes the broadcasting. */
export function binary(kernelName: string, derivatives: { a: BinaryDerivative; b: BinaryDerivative }): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (gradient, saved) => {
      const dy = singleGradient(gradient);
      const [a, b] = [savedTensor(saved, 0), savedTensor(saved, 1)];
      const [floatA, floatB] = [toFloat(a), toFloat(b)];
      return {
        a: () => sumToShape(derivatives.a(dy, floatA, floatB), a.shape),
        b: () => sumToShape(derivatives.b(dy, floatA, floatB), b.shape),
      };
    },
  };
}

/** A rule for an op through which no gradient flows: zeros for every input. */
export function noGradient(kernelName: string, inputs: readonly string[]): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: [...inputs],
    gradFunc: (_, saved) =>
      Object.fromEntries(inputs.map((name, index) => [name, () => tf.zeros(savedTensor(saved, index).shape)])),
  };
}
