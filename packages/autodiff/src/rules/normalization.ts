import type { OnnxNode } from '@polyhead/onnx';

import { reducedShapes } from '../gradient-builder.ts';
import { outputGradient, type GradientRule, type PreparedNode } from '../gradient-rule.ts';
import type { ObservedValue } from '../observe-values.ts';
import { axesUpTo, rankOf } from '../value-shape.ts';
import { axisOf } from './views.ts';

/** y (dy - sum(dy y)) along the axis. */
export const softmax: GradientRule = (context) => {
  const { builder, node } = context;
  const [y = ''] = node.outputs;
  const axis = axisOf(node, rankOf(builder.shapes(y)), -1);
  const weighted = builder.multiply(outputGradient(context), y);
  const total = builder.sum(weighted, [axis], true);
  return [builder.subtract(weighted, builder.multiply(y, total))];
};

/** dy - exp(y) sum(dy) along the axis. */
export const logSoftmax: GradientRule = (context) => {
  const { builder, node } = context;
  const [y = ''] = node.outputs;
  const gradient = outputGradient(context);
  const axis = axisOf(node, rankOf(builder.shapes(y)), -1);
  const total = builder.sum(gradient, [axis], true);
  return [builder.subtract(gradient, builder.multiply(builder.map('Exp', y), total))];
};

/** The forward node also gives mean and inverse standard deviation, which its gradient needs. */
export function prepareLayerNormalization(node: OnnxNode, describe: (name: string) => ObservedValue): PreparedNode {
  const [y = '', mean = `${y}:mean`, deviation = `${y}:inverse_deviation`] = node.outputs;
  const [x = ''] = node.inputs;
  const { shapes } = describe(x);
  const first = axisOf(node, rankOf(shapes), -1);
  const statistics: ObservedValue = {
    dataType: 'float32',
    shapes: reducedShapes(shapes, axesUpTo(rankOf(shapes)).slice(first), true),
  };
  return {
    nodes: [{ ...node, outputs: [y, mean || `${y}:mean`, deviation || `${y}:inverse_deviation`] }],
    values: new Map([
      [mean || `${y}:mean`, statistics],
      [deviation || `${y}:inverse_deviation`, statistics],
    ]),
  };
}

/**
 * With n = (x - mean) / deviation and g = dy * scale: dx = (g - average(g) - n average(g n)) / deviation (Ba et al. 2016).
 */
export const layerNormalization: GradientRule = (context) => {
  const { builder, node, wants } = context;
  const [x = '', scale = ''] = node.inputs;
  const [, mean = '', inverseDeviation = ''] = node.outputs;
  const gradient = outputGradient(context);
  if (gradient === '' || context.gradients.slice(1).some((other) => other !== undefined)) {
    return context.reject('its mean or deviation is used as a value');
  }
  const rank = rankOf(builder.shapes(x));
  const axes = axesUpTo(rank).slice(axisOf(node, rank, -1));
  const normal = builder.multiply(builder.subtract(x, mean), inverseDeviation);
  const weighted = builder.multiply(gradient, normal);
  const inputGradient = (): string => {
    const scaled = builder.multiply(gradient, scale);
    const average = builder.average(scaled, axes);
    const slope = builder.average(builder.multiply(weighted, scale), axes);
    const centred = builder.subtract(builder.subtract(scaled, builder.multiply(normal, slope)), average);
    return builder.multiply(centred, inverseDeviation);
  };
  return [
    wants(0) ? inputGradient() : undefined,
    wants(1) ? weighted : undefined,
    wants(2) ? gradient : undefined,
  ].slice(0, node.inputs.length);
};
