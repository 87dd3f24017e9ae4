import type { OnnxNode } from '@polyhead/onnx';

import type { GradientRule, PreparedNode } from './gradient-rule.ts';
import type { ObservedValue } from './observe-values.ts';
import * as arithmetic from './rules/arithmetic.ts';
import * as elementwise from './rules/elementwise.ts';
import { gelu } from './rules/gelu.ts';
import * as indexing from './rules/indexing.ts';
import * as matrix from './rules/matrix.ts';
import * as normalization from './rules/normalization.ts';
import * as reductions from './rules/reductions.ts';
import * as selection from './rules/selection.ts';
import * as views from './rules/views.ts';

/** The gradient rule of each standard operator. */
export const gradientRules: Readonly<Record<string, GradientRule>> = {
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

/** How forward nodes are rewritten before the gradient is written, where that helps it. */
export const nodePreparations: Readonly<
  Record<string, (node: OnnxNode, describe: (name: string) => ObservedValue) => PreparedNode>
> = {
  LayerNormalization: normalization.prepareLayerNormalization,
};
