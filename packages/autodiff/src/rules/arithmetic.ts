import type { GradientRule, RuleContext } from '../gradient-rule.ts';
import { outputGradient } from '../gradient-rule.ts';

/** Writes a gradient only if it is wanted. */
function wanted({ wants }: RuleContext, input: number, write: () => string): string | undefined {
  return wants(input) ? write() : undefined;
}

/** A sum's gradient goes to every operand. */
export const add: GradientRule = (context) => context.node.inputs.map(() => outputGradient(context));

/** left - right */
export const subtract: GradientRule = (context) => {
  const gradient = outputGradient(context);
  return [gradient, wanted(context, 1, () => context.builder.map('Neg', gradient))];
};

/** left * right */
export const multiply: GradientRule = (context) => {
  const { builder, node } = context;
  const gradient = outputGradient(context);
  const [left = '', right = ''] = node.inputs;
  return [
    wanted(context, 0, () => builder.multiply(gradient, right)),
    wanted(context, 1, () => builder.multiply(gradient, left)),
  ];
};

/** left / right */
export const divide: GradientRule = (context) => {
  const { builder, node } = context;
  const [, right = ''] = node.inputs;
  const [quotient = ''] = node.outputs;
  const share = builder.divide(outputGradient(context), right);
  return [share, wanted(context, 1, () => builder.map('Neg', builder.multiply(share, quotient)))];
};

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

function constantPower(context: RuleContext, exponent: number): string {
  const { builder, node } = context;
  const gradient = builder.scale(outputGradient(context), exponent);
  const [base = ''] = node.inputs;
  if (exponent === 1) return gradient;
  if (exponent === 2) return builder.multiply(gradient, base);
  return builder.multiply(gradient, builder.combine('Pow', [base, builder.scalar(exponent - 1)]));
}

/** The average of the operands. */
export const mean: GradientRule = (context) => {
  const { builder, node } = context;
  const share = builder.scale(outputGradient(context), 1 / node.inputs.length);
  return node.inputs.map(() => share);
};
