import { readStringAttribute } from '@polyhead/onnx';

import type { GradientBuilder } from '../gradient-builder.ts';
import { outputGradient, type GradientRule } from '../gradient-rule.ts';

/**
 * Gaussian error linear unit (Hendrycks and Gimpel 2016), y = x Phi(x), exactly or in its tanh form.
 * dy/dx = Phi(x) + x phi(x).
 */
export const gelu: GradientRule = (context) => {
  const { builder, node } = context;
  const [x = ''] = node.inputs;
  const isTanh = readStringAttribute(node, 'approximate', 'none') === 'tanh';
  const slope = isTanh ? tanhSlope(builder, x) : exactSlope(builder, x);
  return [builder.multiply(outputGradient(context), slope)];
};

/** Phi(x) + x phi(x) = (1 + erf(x / sqrt 2)) / 2 + x exp(-x^2 / 2) / sqrt(2 pi) */
function exactSlope(builder: GradientBuilder, x: string): string {
  const area = builder.scale(builder.add(builder.map('Erf', builder.scale(x, Math.SQRT1_2)), builder.scalar(1)), 0.5);
  // The factor 1 / sqrt(2 pi) as a summand of the exponent saves a pass over memory.
  const exponent = builder.subtract(
    builder.scalar(-0.5 * Math.log(2 * Math.PI)),
    builder.multiply(builder.scale(x, 0.5), x),
  );
  return builder.add(area, builder.multiply(x, builder.map('Exp', exponent)));
}

/** With t = tanh(a x + b x^3): (1 + t) / 2 + x (1 - t^2) (a + 3 b x^2) / 2 */
function tanhSlope(builder: GradientBuilder, x: string): string {
  const a = Math.sqrt(2 / Math.PI);
  const b = 0.044715 * a;
  const square = builder.multiply(x, x);
  const inner = builder.multiply(x, builder.add(builder.scale(square, b), builder.scalar(a)));
  const tangent = builder.map('Tanh', inner);
  const slope = builder.multiply(x, builder.add(builder.scale(square, 3 * b), builder.scalar(a)));
  const curve = builder.multiply(slope, builder.subtract(builder.scalar(1), builder.multiply(tangent, tangent)));
  return builder.scale(builder.add(builder.add(tangent, builder.scalar(1)), curve), 0.5);
}
