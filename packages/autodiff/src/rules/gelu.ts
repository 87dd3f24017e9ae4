import { floatAttribute, readStringAttribute, type OnnxNode } from '@polyhead/onnx';

import type { GradientBuilder } from '../gradient-builder.ts';
import { outputGradient, type GradientRule, type PreparedNode } from '../gradient-rule.ts';
import type { ObservedValue } from '../observe-values.ts';

/** Gaussian error linear unit (Hendrycks and Gimpel 2016) in its tanh form; the exact form is replaced by {@link prepareGelu}. */
export const gelu: GradientRule = (context) => {
  const { builder, node } = context;
  const [x = ''] = node.inputs;
  return [{ value: builder.multiply(outputGradient(context), tanhSlope(builder, x)), factor: 0.5 }];
};

/** With t = tanh(a x + b x^3), twice the slope is 1 + t + x (1 - t^2) (a + 3 b x^2). */
function tanhSlope(builder: GradientBuilder, x: string): string {
  const a = Math.sqrt(2 / Math.PI);
  const b = 0.044715 * a;
  const square = builder.multiply(x, x);
  const inner = builder.multiply(x, builder.add(builder.scale(square, b), builder.scalar(a)));
  const tangent = builder.map('Tanh', inner);
  const slope = builder.multiply(x, builder.add(builder.scale(square, 3 * b), builder.scalar(a)));
  const curve = builder.multiply(slope, builder.subtract(builder.scalar(1), builder.multiply(tangent, tangent)));
  return builder.add(builder.add(tangent, builder.scalar(1)), curve);
}

/** Domain of operators that exist only while a gradient is written. */
export const trainingDomain = 'polyhead.training';

/** The operator z, h, e, 1 = ScaledGelu(s) with e = erf(s), h = 1 + e and z = s h. */
const scaledGeluOperator = { opType: 'ScaledGelu', domain: trainingDomain };

/**
 * gelu(x) = x (1 + erf(x / sqrt 2)) / 2 as sqrt(1/2) ScaledGelu(sqrt(1/2) x): the two factors go into the matrix products
 * around it, and the gradient takes over h from the forward pass.
 */
export function prepareGelu(node: OnnxNode, describe: (name: string) => ObservedValue): PreparedNode | undefined {
  if (readStringAttribute(node, 'approximate', 'none') !== 'none') return undefined;
  const [x = ''] = node.inputs;
  const [y = ''] = node.outputs;
  const half = `${y}:root_half`;
  const scaled = `${y}:scaled`;
  const product = `${y}:product`;
  const area = `${y}:area`;
  const error = `${y}:error`;
  const one = `${y}:one`;
  const plain = { name: '', domain: '', attributes: {} };
  return {
    nodes: [
      {
        ...plain,
        opType: 'Constant',
        inputs: [],
        outputs: [half],
        attributes: { value_float: floatAttribute(Math.SQRT1_2) },
      },
      { ...plain, name: `${node.name}:scaled`, opType: 'Mul', inputs: [x, half], outputs: [scaled] },
      { ...plain, ...scaledGeluOperator, name: node.name, inputs: [scaled], outputs: [product, area, error, one] },
      { ...plain, name: `${node.name}:product`, opType: 'Mul', inputs: [product, half], outputs: [y] },
    ],
    values: new Map([
      ...[half, one].map((name) => [name, { dataType: 'float32', shapes: describe(x).shapes.map(() => []) }] as const),
      ...[scaled, product, area, error].map((name) => [name, describe(x)] as const),
    ]),
  };
}

/** dz/ds = h + s exp(-s^2) 2 / sqrt(pi); the factor goes into the exponent, which saves a pass over memory. */
export const scaledGelu: GradientRule = (context) => {
  const { builder, node } = context;
  const [s = ''] = node.inputs;
  const [, area = ''] = node.outputs;
  const exponent = builder.subtract(builder.scalar(Math.log(2 / Math.sqrt(Math.PI))), builder.multiply(s, s));
  const slope = builder.add(area, builder.multiply(s, builder.map('Exp', exponent)));
  return [builder.multiply(outputGradient(context), slope)];
};

/** ScaledGelu as standard operators. */
export function expandScaledGelu(node: OnnxNode): readonly OnnxNode[] {
  const [s = ''] = node.inputs;
  const [product = '', area = '', error = '', one = ''] = node.outputs;
  const make = (opType: string, inputs: readonly string[], output: string): OnnxNode => ({
    name: `${node.name}:${opType}`,
    opType,
    domain: '',
    inputs,
    outputs: [output],
    attributes: {},
  });
  return [
    { ...make('Constant', [], one), attributes: { value_float: floatAttribute(1) } },
    make('Erf', [s], error),
    make('Add', [error, one], area),
    make('Mul', [s, area], product),
  ];
}
