import { intAttribute, readIntAttribute, readIntsAttribute } from '@polyhead/onnx';

import type { GradientBuilder } from '../gradient-builder.ts';
import { smallestNormal } from './elementwise.ts';
import { outputGradient, type GradientRule, type InputGradient, type RuleContext } from '../gradient-rule.ts';
import { axesUpTo, mapShapes, positiveAxis, rankOf, type ValueShapes } from '../value-shape.ts';

/** A reduction whose axes are known; values have the reduced axes as dimensions of size 1. */
interface Reduction {
  readonly builder: GradientBuilder;
  readonly axes: readonly number[];
  readonly x: string;
  readonly y: string;
  readonly gradient: string;
}

/** A rule for reductions; what it writes broadcasts to the input. */
function reduction(write: (reduction: Reduction) => InputGradient): GradientRule {
  return (context) => {
    const { builder, node } = context;
    const [x = ''] = node.inputs;
    const [y = ''] = node.outputs;
    const axes = readAxes(context);
    if (axes === undefined) return context.reject('its axes are not constant');
    const kept = mapShapes(builder.shapes(x), (shape) => shape.map((size, axis) => (axes.includes(axis) ? 1 : size)));
    const keep = (value: string): string => builder.reshape(value, kept);
    const gradient = keep(outputGradient(context));
    return [write({ builder, axes, x, y: keep(y), gradient }), ...node.inputs.slice(1).map(() => undefined)];
  };
}

/** Axes counted from the front: an attribute in old operator sets, an input in new ones, all axes if there is neither. */
function readAxes({ builder, node }: RuleContext): readonly number[] | undefined {
  const rank = rankOf(builder.shapes(node.inputs[0] ?? ''));
  const input = node.inputs[1] ?? '';
  const axes = input === '' ? (readIntsAttribute(node, 'axes') ?? []) : builder.constant(input);
  if (axes === undefined) return undefined;
  if (axes.length > 0) return axes.map((axis) => positiveAxis(axis, rank));
  return readIntAttribute(node, 'noop_with_empty_axes', 0) === 1 ? [] : axesUpTo(rank);
}

export const reduceSum: GradientRule = reduction(({ gradient }) => gradient);

export const reduceMean: GradientRule = reduction(({ builder, axes, x, gradient }) => {
  const count = elementCount(builder.shapes(x), axes);
  if (count !== undefined) return { value: gradient, factor: 1 / count };
  return builder.divide(gradient, builder.elementCount(x, axes));
});

/** Elements that share the extreme value share the gradient evenly, as PyTorch's amax and amin do. */
export const reduceExtreme: GradientRule = reduction(({ builder, axes, x, y, gradient }) => {
  const isExtreme = builder.toFloat(builder.combine('Equal', [x, y], 'bool'));
  const share = builder.divide(gradient, builder.sum(isExtreme, axes, true));
  return builder.multiply(isExtreme, share);
});

/** Square root of the sum of squares; 0 where all elements are 0. */
export const reduceL2: GradientRule = reduction(({ builder, x, y, gradient }) => {
  const length = builder.combine('Max', [y, builder.scalar(smallestNormal)]);
  return builder.multiply(x, builder.divide(gradient, length));
});

export const reduceSumSquare: GradientRule = reduction(({ builder, x, gradient }) => ({
  value: builder.multiply(x, gradient),
  factor: 2,
}));

/** A running sum's gradient runs the other way. */
export const runningSum: GradientRule = (context) => {
  const { builder, node } = context;
  const gradient = outputGradient(context);
  const [x = '', axis = ''] = node.inputs;
  const isReversed = readIntAttribute(node, 'reverse', 0) === 1;
  return [
    builder.operation('CumSum', [gradient, axis], {
      shapes: builder.shapes(x),
      attributes: {
        exclusive: intAttribute(readIntAttribute(node, 'exclusive', 0)),
        reverse: intAttribute(isReversed ? 0 : 1),
      },
    }),
    undefined,
  ];
};

/** Elements that one result is made of; undefined if that depends on the input. */
function elementCount(shapes: ValueShapes, axes: readonly number[]): number | undefined {
  const counts = shapes.map((shape) => axes.reduce((product, axis) => product * (shape[axis] ?? 1), 1));
  const [first = 1] = counts;
  return counts.every((count) => count === first) ? first : undefined;
}
