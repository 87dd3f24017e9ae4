import type { OnnxNode } from '@polyhead/onnx';

import type { GradientRule, PreparedNode } from './gradient-rule.ts';
import type { ObservedValue } from './observe-values.ts';
import * as arithmetic from './rules/arithmetic.ts';
import * as elementwise from './rules/elementwise.ts';
import { expandScaledGelu, gelu, prepareGelu, scaledGelu, trainingDomain } from './rules/gelu.ts';
import * as indexing from './rules/indexing.ts';
import * as matrix from './rules/matrix.ts';
import * as normalization from './rules/normalization.ts';
import * as reductions from './rules/reductions.ts';
import * as selection from './rules/selection.ts';
import * as views from './rules/views.ts';

/** Rules by operator; those of other domains as `DOMAIN.OPERATOR`. */
export type GradientRules = Readonly<Record<string, GradientRule>>;

/** The gradient rule of each standard operator. */
export const gradientRules: GradientRules = {
  Abs: elementwise.absolute,
  Add: arithmetic.add,
  Cast: views.passed,
  Clip: selection.clip,
  Concat: indexing.concatenate,
  Cos: elementwise.cosine,
  CumSum: reductions.runningSum,
  Div: arithmetic.divide,
  Dropout: views.dropout,
  Erf: elementwise.errorFunction,
  Exp: elementwise.exponential,
  Expand: views.passed,
  Flatten: views.sameElements,
  Gather: indexing.gather,
  GatherElements: indexing.gatherElements,
  GatherND: indexing.gatherByCoordinates,
  Gelu: gelu,
  Gemm: matrix.gemm,
  Identity: views.passed,
  LayerNormalization: normalization.layerNormalization,
  LeakyRelu: elementwise.leakyRectifier,
  Log: elementwise.logarithm,
  LogSoftmax: normalization.logSoftmax,
  MatMul: matrix.matrixProduct,
  Max: selection.extreme,
  Mean: arithmetic.mean,
  Min: selection.extreme,
  Mul: arithmetic.multiply,
  Neg: elementwise.negate,
  Pow: arithmetic.power,
  Reciprocal: elementwise.reciprocal,
  ReduceL2: reductions.reduceL2,
  ReduceMax: reductions.reduceExtreme,
  ReduceMean: reductions.reduceMean,
  ReduceMin: reductions.reduceExtreme,
  ReduceSum: reductions.reduceSum,
  ReduceSumSquare: reductions.reduceSumSquare,
  Relu: elementwise.rectifier,
  Reshape: views.sameElements,
  Sigmoid: elementwise.sigmoid,
  Sin: elementwise.sine,
  Slice: indexing.slice,
  Softmax: normalization.softmax,
  Softplus: elementwise.softplus,
  Split: indexing.split,
  Sqrt: elementwise.squareRoot,
  Squeeze: views.sameElements,
  Sub: arithmetic.subtract,
  Sum: arithmetic.add,
  Tanh: elementwise.hyperbolicTangent,
  Transpose: views.transpose,
  Unsqueeze: views.sameElements,
  Where: selection.where,
};

/** Operators that have a gradient rule. */
export const supportedOperators: readonly string[] = Object.keys(gradientRules);

/** An operator that exists only while a gradient is written. */
export interface TrainingOperator {
  readonly gradient: GradientRule;
  /** The same with standard operators. */
  readonly expand: (node: OnnxNode) => readonly OnnxNode[];
}

/** Operators that forward nodes are replaced by; see {@link nodePreparations}. */
export const trainingOperators: Readonly<Record<string, TrainingOperator>> = {
  ScaledGelu: { gradient: scaledGelu, expand: expandScaledGelu },
};

/** How forward nodes are rewritten before the gradient is written, where that makes it cheaper; undefined if not at all. */
export const nodePreparations: Readonly<
  Record<string, (node: OnnxNode, describe: (name: string) => ObservedValue) => PreparedNode | undefined>
> = {
  Gelu: prepareGelu,
  LayerNormalization: normalization.prepareLayerNormalization,
};

/** The rule of a node; undefined if there is none. Rules of the caller come first. */
export function findRule({ domain, opType }: OnnxNode, own: GradientRules = {}): GradientRule | undefined {
  if (domain === trainingDomain) return trainingOperators[opType]?.gradient;
  const name = domain === '' ? opType : `${domain}.${opType}`;
  if (Object.hasOwn(own, name)) return own[name];
  return Object.hasOwn(gradientRules, name) ? gradientRules[name] : undefined;
}
