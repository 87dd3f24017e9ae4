import { readFloatAttribute } from '@polyhead/onnx';

import type { GradientBuilder } from '../gradient-builder.ts';
import { outputGradient, type GradientRule, type InputGradient } from '../gradient-rule.ts';

/** Names of input, output and output gradient of an operation of one operand. */
interface Operand {
  readonly builder: GradientBuilder;
  readonly x: string;
  readonly y: string;
  readonly gradient: string;
}

/** A rule for an operation of one operand. */
function elementwise(write: (operand: Operand) => InputGradient): GradientRule {
  return (context) => {
    const { builder, node } = context;
    const [x = ''] = node.inputs;
    const [y = ''] = node.outputs;
    return [write({ builder, x, y, gradient: outputGradient(context) }), ...node.inputs.slice(1).map(() => undefined)];
  };
}

/** The smallest normal float32: a division by at least this much of 0 is 0. */
export const smallestNormal = 1.1754943508222875e-38;

/** 2 / sqrt(pi), the slope of erf at 0. */
const erfSlope = 2 / Math.sqrt(Math.PI);

export const negate: GradientRule = elementwise(({ gradient }) => ({ value: gradient, factor: -1 }));

export const absolute: GradientRule = elementwise(({ builder, x, gradient }) =>
  builder.multiply(gradient, builder.map('Sign', x)),
);

export const exponential: GradientRule = elementwise(({ builder, y, gradient }) => builder.multiply(gradient, y));

export const logarithm: GradientRule = elementwise(({ builder, x, gradient }) => builder.divide(gradient, x));

/** 1 / (2 sqrt(x)); 0 where the gradient is 0, even at x = 0. */
export const squareRoot: GradientRule = elementwise(({ builder, y, gradient }) => ({
  value: builder.divide(gradient, builder.combine('Max', [y, builder.scalar(smallestNormal)])),
  factor: 0.5,
}));

export const reciprocal: GradientRule = elementwise(({ builder, y, gradient }) => ({
  value: builder.multiply(gradient, builder.multiply(y, y)),
  factor: -1,
}));

export const sine: GradientRule = elementwise(({ builder, x, gradient }) =>
  builder.multiply(gradient, builder.map('Cos', x)),
);

export const cosine: GradientRule = elementwise(({ builder, x, gradient }) => ({
  value: builder.multiply(gradient, builder.map('Sin', x)),
  factor: -1,
}));

/** 1 - tanh(x)^2 */
export const hyperbolicTangent: GradientRule = elementwise(({ builder, y, gradient }) =>
  builder.multiply(gradient, builder.subtract(builder.scalar(1), builder.multiply(y, y))),
);

/** sigmoid(x) (1 - sigmoid(x)) */
export const sigmoid: GradientRule = elementwise(({ builder, y, gradient }) =>
  builder.multiply(gradient, builder.multiply(y, builder.subtract(builder.scalar(1), y))),
);

export const softplus: GradientRule = elementwise(({ builder, x, gradient }) =>
  builder.multiply(gradient, builder.map('Sigmoid', x)),
);

/** 0 at x = 0, as in PyTorch. */
export const rectifier: GradientRule = elementwise(({ builder, y, gradient }) =>
  builder.where(builder.combine('Greater', [y, builder.scalar(0)], 'bool'), gradient, builder.scalar(0)),
);

export const leakyRectifier: GradientRule = (context) => {
  const { builder, node } = context;
  const [x = ''] = node.inputs;
  const gradient = outputGradient(context);
  const isPositive = builder.combine('Greater', [x, builder.scalar(0)], 'bool');
  return [builder.where(isPositive, gradient, builder.scale(gradient, readFloatAttribute(node, 'alpha', 0.01)))];
};

/** 2 / sqrt(pi) exp(-x^2) */
export const errorFunction: GradientRule = elementwise(({ builder, x, gradient }) => {
  const bell = builder.map('Exp', builder.map('Neg', builder.multiply(x, x)));
  return { value: builder.multiply(gradient, bell), factor: erfSlope };
});
