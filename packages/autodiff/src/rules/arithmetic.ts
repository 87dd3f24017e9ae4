import { outputGradient, type GradientRule, type InputGradient, type RuleContext } from '../gradient-rule.ts';
import { rankOf } from '../value-shape.ts';

/** Writes a gradient only if it is wanted. */
function wanted({ wants }: RuleContext, input: number, write: () => InputGradient): InputGradient {
  return wants(input) ? write() : undefined;
}

/** A sum's gradient goes to every operand. */
export const add: GradientRule = (context) => context.node.inputs.map(() => outputGradient(context));

/** left - right */
export const subtract: GradientRule = (context) => {
  const value = outputGradient(context);
  return [value, { value, factor: -1 }];
};

/** left * right */
export const multiply: GradientRule = (context) => {
  const { builder, node } = context;
  const gradient = outputGradient(context);
  const [left = '', right = ''] = node.inputs;
  const times = (input: number, other: string): InputGradient => {
    if (!context.wants(input)) return undefined;
    const factor = constantFactor(context, other);
    return factor === undefined ? builder.multiply(gradient, other) : { value: gradient, factor };
  };
  return [times(0, right), times(1, left)];
};

/** left / right */
export const divide: GradientRule = (context) => {
  const { builder, node } = context;
  const [, right = ''] = node.inputs;
  const [quotient = ''] = node.outputs;
  const gradient = outputGradient(context);
  const divisor = constantFactor(context, right);
  if (divisor !== undefined) return [{ value: gradient, factor: 1 / divisor }, undefined];
  const share = builder.divide(gradient, right);
  return [share, wanted(context, 1, () => ({ value: builder.multiply(share, quotient), factor: -1 }))];
};

/** The number that an operand is, if it is one that can be multiplied and divided by. */
function constantFactor({ builder }: RuleContext, name: string): number | undefined {
  const [factor, ...others] = builder.constant(name) ?? [];
  const isNumber = others.length === 0 && Number.isFinite(factor) && factor !== 0;
  return isNumber && rankOf(builder.shapes(name)) <= 1 ? factor : undefined;
}

/** base ** exponent */
export const power: GradientRule = (context) => {
  const { builder, node } = context;
  const gradient = outputGradient(context);
  const [base = '', exponent = ''] = node.inputs;
  const [result = ''] = node.outputs;
  return [
    wanted(context, 0, () => {
      const [fixed, ...others] = builder.constant(exponent) ?? [];
      if (fixed !== undefined && others.length === 0) return constantPower(context, fixed);
      const slope = builder.multiply(
        exponent,
        builder.combine('Pow', [base, builder.subtract(exponent, builder.scalar(1))]),
      );
      return builder.multiply(gradient, slope);
    }),
    wanted(context, 1, () => builder.multiply(builder.multiply(gradient, result), builder.map('Log', base))),
  ];
};

function constantPower(context: RuleContext, exponent: number): InputGradient {
  const { builder, node } = context;
  const gradient = outputGradient(context);
  const [base = ''] = node.inputs;
  if (exponent === 1) return gradient;
  const power = exponent === 2 ? base : builder.combine('Pow', [base, builder.scalar(exponent - 1)]);
  return { value: builder.multiply(gradient, power), factor: exponent };
}

/** The average of the operands. */
export const mean: GradientRule = (context) => {
  const { inputs } = context.node;
  const value = outputGradient(context);
  return inputs.map(() => ({ value, factor: 1 / inputs.length }));
};
