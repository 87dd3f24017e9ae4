import { prepareTensorFlow } from '@polyhead/losses';
import * as tf from '@tensorflow/tfjs-core';
import { PolyheadError } from '@polyhead/types';
import { headLogits } from './head-logits.ts';
import type { JointHead } from './joint-head.ts';

/** Rows that every head answers before anything is trained. */
const trialRows = 2;

/**
 * Lets every head answer once, so that one of one's own that cannot says so before anything slow is done.
 * @throws {PolyheadError} SHAPE_MISMATCH for parameters that do not fill their shape, for operations that do not fit together,
 * and for logits that are not `[rows, labels]`
 */
export async function assertHeadLogits(heads: readonly JointHead[]): Promise<void> {
  await prepareTensorFlow();
  for (const head of heads) {
    assertParameters(head);
    tf.tidy(() => {
      const parameters = Object.entries(head.differentiable.parameters).map(
        ([name, { shape, data }]) => [name, tf.tensor(data, [...shape], 'float32')] as const,
      );
      try {
        headLogits(head, tf.ones([trialRows, head.dimension]), Object.fromEntries(parameters));
      } catch (error) {
        throw PolyheadError.isInstance(error) ? error : incomputable(head, error);
      }
    });
  }
}

function assertParameters({ name, differentiable }: JointHead): void {
  for (const [parameter, { shape, data }] of Object.entries(differentiable.parameters)) {
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (size === data.length) continue;
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `The parameter "${parameter}" of head "${name}" has the shape [${shape.join(', ')}] and ${data.length} numbers.`,
      remedy: 'Give as many numbers as the shape holds.',
      details: { head: name, parameter, shape: [...shape], numbers: data.length },
    });
  }
}

function incomputable({ name, dimension, differentiable }: JointHead, error: unknown): PolyheadError {
  const reason = error instanceof Error ? error.message : String(error);
  return new PolyheadError('SHAPE_MISMATCH', {
    message: `Head "${name}" (${differentiable.type}) cannot answer embeddings of shape [${trialRows}, ${dimension}]: ${reason}`,
    remedy: 'Look at the shapes in its function "logits".',
    details: { head: name, dimension },
    cause: error,
  });
}
