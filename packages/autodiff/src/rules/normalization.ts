import type { OnnxNode } from '@polyhead/onnx';

import { reducedShapes, type GradientBuilder } from '../gradient-builder.ts';
import { outputGradient, type GradientRule, type PreparedNode } from '../gradient-rule.ts';
import type { ObservedValue } from '../observe-values.ts';
import { axesUpTo, mapShapes, rankOf, type ValueShapes } from '../value-shape.ts';
import { axisOf } from './views.ts';

/** y (dy - sum(dy y)) along the axis. */
export const softmax: GradientRule = (context) => {
  const { builder, node } = context;
  const [y = ''] = node.outputs;
  const gradient = outputGradient(context);
  const axis = axisOf(node, rankOf(builder.shapes(y)), -1);
  const total = builder.sum(builder.multiply(gradient, y), [axis], true);
  return [builder.multiply(builder.subtract(gradient, total), y)];
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
 * Layer normalization (Ba et al. 2016) over S elements of a row, as PyTorch computes its gradient: with r = 1 / deviation,
 * p = sum(dy scale) and q = sum(dy scale x), dx = r scale dy + b x + c where b = (p mean - q) r^3 / S and
 * c = -b mean - p r / S. The sums over rows and columns are products with vectors, which read the data once and write little.
 */
export const layerNormalization: GradientRule = (context) => {
  const { builder, node, wants } = context;
  const [xName = '', scaleName = ''] = node.inputs;
  const [, meanName = '', inverseDeviationName = ''] = node.outputs;
  if (context.gradients[0] === undefined || context.gradients.slice(1).some((other) => other !== undefined)) {
    return context.reject('its mean or deviation is used as a value');
  }
  const rows = rowShapes(builder.shapes(xName), builder.shapes(scaleName));
  const column = mapShapes(rows, ([count = 1]) => [count, 1]);
  const x = builder.reshape(xName, rows);
  const mean = builder.reshape(meanName, column);
  const inverse = builder.reshape(inverseDeviationName, column);
  const gradient = builder.reshape(outputGradient(context), rows);
  const weighted = builder.multiply(gradient, x);
  const statistics = { x, gradient, weighted, mean, inverse };
  return [
    wants(0) ? builder.reshape(rowGradient(builder, scaleName, statistics), builder.shapes(xName)) : undefined,
    wants(1) ? scaleGradient(builder, scaleName, statistics) : undefined,
    wants(2) ? outputGradient(context) : undefined,
  ].slice(0, node.inputs.length);
};

/** Values of a layer normalization: `[rows, S]` and `[rows, 1]`. */
interface RowStatistics {
  readonly x: string;
  readonly gradient: string;
  /** gradient * x */
  readonly weighted: string;
  readonly mean: string;
  readonly inverse: string;
}

function rowGradient(builder: GradientBuilder, scale: string, statistics: RowStatistics): string {
  const { x, gradient, weighted, mean, inverse } = statistics;
  const [, size = 1] = builder.shapes(x)[0] ?? [];
  const asColumn = builder.reshape(
    scale,
    mapShapes(builder.shapes(x), ([, width = 1]) => [width, 1]),
  );
  const asRow = builder.reshape(
    scale,
    mapShapes(builder.shapes(x), ([, width = 1]) => [1, width]),
  );
  const p = builder.matrixProduct(gradient, asColumn);
  const q = builder.matrixProduct(weighted, asColumn);
  const share = builder.scale(inverse, 1 / size);
  const slope = builder.multiply(
    builder.subtract(builder.multiply(p, mean), q),
    builder.multiply(share, builder.multiply(inverse, inverse)),
  );
  const offset = builder.add(builder.multiply(slope, mean), builder.multiply(p, share));
  const own = builder.multiply(builder.multiply(gradient, asRow), inverse);
  return builder.subtract(builder.add(own, builder.multiply(x, slope)), offset);
}

/** sum over rows of dy (x - mean) r */
function scaleGradient(builder: GradientBuilder, scale: string, statistics: RowStatistics): string {
  const { gradient, weighted, mean, inverse } = statistics;
  const asRow = (column: string): string =>
    builder.reshape(
      column,
      mapShapes(builder.shapes(column), ([count = 1]) => [1, count]),
    );
  const sum = builder.subtract(
    builder.matrixProduct(asRow(inverse), weighted),
    builder.matrixProduct(asRow(builder.multiply(inverse, mean)), gradient),
  );
  return builder.reshape(sum, builder.shapes(scale));
}

/** `[rows, S]`, where S elements share one mean. */
function rowShapes(shapes: ValueShapes, scaleShapes: ValueShapes): ValueShapes {
  return shapes.map((shape, probe) => {
    const size = (scaleShapes[probe] ?? []).reduce((whole, item) => whole * item, 1);
    return [shape.reduce((whole, item) => whole * item, 1) / size, size];
  });
}
