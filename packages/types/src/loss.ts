import type { Task } from './dataset.ts';

/**
 * A loss on logits, written in tensor operations so that its gradient comes by itself.
 * `TensorType` is the tensor class of the library it is written in.
 */
export interface Loss<TensorType> {
  readonly name: string;
  readonly tasks: readonly Task[];
  /**
   * The mean loss, a scalar.
   * @param logits `[rows, outputs]`
   * @param targets `[rows]` class indices, or `[rows, outputs]` indicators or values, depending on the loss
   * @param sampleWeights `[rows]`
   */
  compute(logits: TensorType, targets: TensorType, sampleWeights?: TensorType): TensorType;
}
