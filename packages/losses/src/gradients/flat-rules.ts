import * as tf from '@tensorflow/tfjs-core';
import { noGradient } from './rule.ts';

const stepwise = [tf.Sign, tf.Step, tf.Floor, tf.Ceil, tf.Round, tf.ZerosLike, tf.OnesLike, tf.ArgMax, tf.ArgMin];
const questions = [tf.IsNan, tf.IsInf, tf.IsFinite, tf.LogicalNot];
const comparisons = [tf.Equal, tf.NotEqual, tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual, tf.FloorDiv];
const connectives = [tf.LogicalAnd, tf.LogicalOr];

/** Ops that are flat almost everywhere or yield decisions: their gradient is zero, which differs from an op without a rule. */
export const flatRules: readonly tf.GradConfig[] = [
  ...[...stepwise, ...questions].map((name) => noGradient(name, ['x'])),
  ...[...comparisons, ...connectives].map((name) => noGradient(name, ['a', 'b'])),
  noGradient(tf.OneHot, ['indices']),
];
