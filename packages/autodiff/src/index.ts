export { observeValues, type ObservedValue, type ObservedValues } from './observe-values.ts';
export { differentiate, gradientName, type DifferentiateOptions, type GradientGraph } from './differentiate.ts';
export { splitAtSeam, type SplitGradients } from './split-at-seam.ts';
export { gradientRules, supportedOperators } from './gradient-rules.ts';
export { operatorsWithoutGradient } from './no-gradient.ts';
export { GradientBuilder, type EmittedNode, type ProductOptions } from './gradient-builder.ts';
export type { GradientRule, RuleContext } from './gradient-rule.ts';
export type { ValueShapes } from './value-shape.ts';
