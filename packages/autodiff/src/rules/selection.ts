import { outputGradient, type GradientRule } from '../gradient-rule.ts';

/** Where(condition, yes, no) */
export const where: GradientRule = (context) => {
  const { builder, node, wants } = context;
  const gradient = outputGradient(context);
  const [condition = ''] = node.inputs;
  const zero = builder.scalar(0);
  return [
    undefined,
    wants(1) ? builder.where(condition, gradient, zero) : undefined,
    wants(2) ? builder.where(condition, zero, gradient) : undefined,
  ];
};

/** Max and Min of any number of operands. Of several that are equal the first gets the gradient. */
export const extreme: GradientRule = (context) => {
  const { builder, node, wants } = context;
  const gradient = outputGradient(context);
  const [result = ''] = node.outputs;
  const zero = builder.scalar(0);
  let remaining = gradient;
  return node.inputs.map((input, index) => {
    const isChosen = builder.combine('Equal', [input, result], 'bool');
    const share = wants(index) ? builder.where(isChosen, remaining, zero) : undefined;
    if (index < node.inputs.length - 1) remaining = builder.where(isChosen, zero, remaining);
    return share;
  });
};

/** Clip: the gradient passes where nothing was cut, bounds included, as in PyTorch. */
export const clip: GradientRule = (context) => {
  const { builder, node, wants } = context;
  if (wants(1) || wants(2)) return context.reject('its bounds are trained, or made of something that is');
  const [input = ''] = node.inputs;
  const [result = ''] = node.outputs;
  const isUncut = builder.combine('Equal', [input, result], 'bool');
  return [
    builder.where(isUncut, outputGradient(context), builder.scalar(0)),
    ...node.inputs.slice(1).map(() => undefined),
  ];
};
