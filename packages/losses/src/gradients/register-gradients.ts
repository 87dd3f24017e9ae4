import * as tf from '@tensorflow/tfjs-core';
import { binaryRules, unaryRules } from './elementwise-rules.ts';
import { flatRules } from './flat-rules.ts';
import { linearRules } from './linear-rules.ts';
import { reductionRules } from './reduction-rules.ts';
import { shapeRules } from './shape-rules.ts';

/** The rules by which gradients are found, one for each op. Other ops fail in training with a message that names them. */
export const gradientRules: readonly tf.GradConfig[] = [
  ...unaryRules,
  ...binaryRules,
  ...reductionRules,
  ...shapeRules,
  ...linearRules,
  ...flatRules,
];

/** Registers the rules of ops that have none yet, so that those of another package (such as `@tensorflow/tfjs`) stay. */
export function registerGradients(): void {
  for (const rule of gradientRules) {
    // The declared result is not optional, but an op without a rule gives undefined.
    const known = tf.getGradient(rule.kernelName) as tf.GradConfig | undefined;
    if (known === undefined) tf.registerGradient(rule);
  }
}
