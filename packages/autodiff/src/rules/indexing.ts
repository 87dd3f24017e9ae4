import { intAttribute, readIntAttribute, stringAttribute } from '@polyhead/onnx';

import type { GradientBuilder } from '../gradient-builder.ts';
import { outputGradient, type GradientRule, type RuleContext } from '../gradient-rule.ts';
import { axesUpTo, fixedSize, mapShapes, positiveAxis, rankOf, type ValueShapes } from '../value-shape.ts';
import { axisOf } from './views.ts';

const summed = { reduction: stringAttribute('add') };

/** Rows of a table: each row's gradient is the sum over the places that used it. */
export const gather: GradientRule = (context) => {
  const { builder, node } = context;
  const [data = '', indices = ''] = node.inputs;
  const shapes = builder.shapes(data);
  const rank = rankOf(shapes);
  const axis = axisOf(node, rank, 0);
  const gradient = outputGradient(context);
  const indexRank = rankOf(builder.shapes(indices));
  // The axes of the indices go to the front, and so does the axis of the data.
  const gradientAxes = axesUpTo(rankOf(builder.shapes(gradient)));
  const indexAxes = gradientAxes.slice(axis, axis + indexRank);
  const order = [...indexAxes, ...gradientAxes.filter((item) => !indexAxes.includes(item))];
  const dataOrder = [axis, ...axesUpTo(rank).filter((item) => item !== axis)];
  const turned = mapShapes(shapes, (shape) => dataOrder.map((from) => shape[from] ?? 1));
  const scattered = scatterRows(builder, {
    shapes: turned,
    indices,
    updates: builder.transpose(gradient, order),
  });
  const back = axesUpTo(rank).map((item) => dataOrder.indexOf(item));
  return [builder.transpose(scattered, back), undefined];
};

/** Zeros of a shape, with slices added at indices of the first axis. */
function scatterRows(
  builder: GradientBuilder,
  options: { readonly shapes: ValueShapes; readonly indices: string; readonly updates: string },
): string {
  const { shapes, indices, updates } = options;
  const index = builder.reshape(
    indices,
    mapShapes(builder.shapes(indices), (shape) => [...shape, 1]),
  );
  return builder.operation('ScatterND', [builder.zeros(shapes), index, updates], { shapes, attributes: summed });
}

export const gatherElements: GradientRule = (context) => {
  const { builder, node } = context;
  const [data = '', indices = ''] = node.inputs;
  const shapes = builder.shapes(data);
  const attributes = { ...summed, axis: intAttribute(readIntAttribute(node, 'axis', 0)) };
  const inputs = [builder.zeros(shapes), indices, outputGradient(context)];
  return [builder.operation('ScatterElements', inputs, { shapes, attributes }), undefined];
};

export const gatherByCoordinates: GradientRule = (context) => {
  const { builder, node } = context;
  if (readIntAttribute(node, 'batch_dims', 0) !== 0) return context.reject('it has batch dimensions');
  const [data = '', indices = ''] = node.inputs;
  const shapes = builder.shapes(data);
  const inputs = [builder.zeros(shapes), indices, outputGradient(context)];
  return [builder.operation('ScatterND', inputs, { shapes, attributes: summed }), undefined];
};

/** A cut-out's gradient, with zeros around it. */
export const slice: GradientRule = (context) => {
  const { builder, node } = context;
  const [data = '', starts = '', ends = '', axesInput = '', steps = ''] = node.inputs;
  const shapes = builder.shapes(data);
  const rank = rankOf(shapes);
  const count = fixedSize(builder.shapes(starts), 0) ?? 0;
  const axes = axesInput === '' ? axesUpTo(count) : builder.constant(axesInput);
  if (axes === undefined) return context.reject('its axes are not constant');
  if (steps !== '' && builder.constant(steps)?.every((step) => step === 1) !== true) {
    return context.reject('its steps are not 1');
  }
  const places = axes.map((axis) => positiveAxis(axis, rank));
  const pads = fixedPads(context, { places, starts }) ?? runtimePads(context, { places, starts, ends });
  const gradient = builder.operation('Pad', [outputGradient(context), pads], { shapes });
  return [gradient, ...node.inputs.slice(1).map(() => undefined)];
};

/** `[before every axis, after every axis]` as constant, if starts and sizes are fixed. */
function fixedPads(
  { builder, node }: RuleContext,
  { places, starts }: { readonly places: readonly number[]; readonly starts: string },
): string | undefined {
  const from = builder.constant(starts);
  if (from === undefined) return undefined;
  const whole = builder.shapes(node.inputs[0] ?? '');
  const part = builder.shapes(node.outputs[0] ?? '');
  const before: number[] = axesUpTo(rankOf(whole)).map(() => 0);
  const after = [...before];
  for (const [index, axis] of places.entries()) {
    const size = fixedSize(whole, axis);
    const kept = fixedSize(part, axis);
    if (size === undefined || kept === undefined) return undefined;
    const start = from[index] ?? 0;
    before[axis] = Math.min(size, start < 0 ? Math.max(0, start + size) : start);
    after[axis] = size - kept - before[axis];
  }
  return builder.integers([...before, ...after]);
}

/** The same, computed when the graph runs. */
function runtimePads(
  { builder, node }: RuleContext,
  options: { readonly places: readonly number[]; readonly starts: string; readonly ends: string },
): string {
  const whole = builder.shapes(node.inputs[0] ?? '');
  const part = builder.shapes(node.outputs[0] ?? '');
  const rank = rankOf(whole);
  const zero = builder.integers([0]);
  const before: string[] = axesUpTo(rank).map(() => zero);
  const after = [...before];
  for (const [index, axis] of options.places.entries()) {
    const size = builder.sizeValue(whole, axis);
    const start = builder.element(options.starts, index);
    const isNegative = builder.combine('Less', [start, zero], 'bool');
    const counted = builder.operation('Where', [isNegative, builder.add(start, size), start], {
      shapes: builder.shapes(start),
      dataType: 'int64',
    });
    const first = builder.combine('Max', [builder.combine('Min', [counted, size]), zero]);
    before[axis] = first;
    after[axis] = builder.subtract(builder.subtract(size, builder.sizeValue(part, axis)), first);
  }
  return builder.concatenate([...before, ...after], 0);
}

/** Parts joined along an axis. */
export const concatenate: GradientRule = (context) => {
  const { builder, node } = context;
  const gradient = outputGradient(context);
  const axis = axisOf(node, rankOf(builder.shapes(gradient)), 0);
  return builder.split(
    gradient,
    node.inputs.map((name) => builder.shapes(name)),
    axis,
  );
};

/** A value in parts: the gradients of the parts, joined; zeros for parts that nobody uses. */
export const split: GradientRule = (context) => {
  const { builder, node, gradients } = context;
  const axis = axisOf(node, rankOf(builder.shapes(node.inputs[0] ?? '')), 0);
  const parts = node.outputs.map((name, index) => gradients[index] ?? builder.zeros(builder.shapes(name)));
  return [builder.concatenate(parts, axis), ...node.inputs.slice(1).map(() => undefined)];
};
