import { readIntsAttribute, readIntAttribute } from '@polyhead/onnx';

import { outputGradient, type GradientRule } from '../gradient-rule.ts';
import { axesUpTo, rankOf } from '../value-shape.ts';

/** Reshape, Squeeze, Unsqueeze, Flatten: the gradient in the shape that the input had. */
export const sameElements: GradientRule = (context) => {
  const { builder, node } = context;
  const [input = ''] = node.inputs;
  return [
    builder.reshape(outputGradient(context), builder.shapes(input)),
    ...node.inputs.slice(1).map(() => undefined),
  ];
};

/** Identity, Expand: the driver sums what was repeated. */
export const passed: GradientRule = (context) => [
  outputGradient(context),
  ...context.node.inputs.slice(1).map(() => undefined),
];

/** Dropout that is switched off. */
export const dropout: GradientRule = (context) => {
  const training = context.node.inputs[2] ?? '';
  if (training !== '' && context.builder.constant(training)?.[0] !== 0) {
    return context.reject('it is in training mode, and its random mask cannot be made again');
  }
  return passed(context);
};

export const transpose: GradientRule = (context) => {
  const { builder, node } = context;
  const [input = ''] = node.inputs;
  const axes = axesUpTo(rankOf(builder.shapes(input)));
  const order = readIntsAttribute(node, 'perm') ?? axes.toReversed();
  return [
    builder.transpose(
      outputGradient(context),
      axes.map((axis) => order.indexOf(axis)),
    ),
  ];
};

/** The axis of a node, counted from the front. */
export function axisOf(node: Parameters<typeof readIntAttribute>[0], rank: number, fallback: number): number {
  const axis = readIntAttribute(node, 'axis', fallback);
  return axis < 0 ? axis + rank : axis;
}
