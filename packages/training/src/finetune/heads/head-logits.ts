import type * as tf from '@tensorflow/tfjs-core';
import { PolyheadError } from '@polyhead/types';
import type { JointHead } from './joint-head.ts';

/**
 * `[rows, labels]`: what a head makes of embeddings `[rows, dimension]`.
 * @throws {PolyheadError} SHAPE_MISMATCH if the head answers in another shape
 */
export function headLogits(
  { name, labels, differentiable }: JointHead,
  embeddings: tf.Tensor2D,
  parameters: Readonly<Record<string, tf.Tensor>>,
): tf.Tensor {
  const logits = differentiable.logits(embeddings, parameters);
  const expected = [embeddings.shape[0], labels.length];
  if (logits.rank === 2 && logits.shape.every((size, axis) => size === expected[axis])) return logits;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `Head "${name}" (${differentiable.type}) gave logits of shape [${logits.shape.join(', ')}] for [${expected.join(', ')}]: rows, labels.`,
    remedy: 'One logit a label is needed for every row of embeddings.',
    details: { head: name, expected, found: logits.shape },
  });
}
