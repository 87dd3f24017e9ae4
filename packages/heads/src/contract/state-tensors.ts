import { PolyheadError, type FittedHeadState } from '@polyhead/types';

/**
 * A float32 tensor of a saved head.
 * @throws {PolyheadError} TENSOR_MISSING, TENSOR_SHAPE_MISMATCH (also for another element type)
 */
export function requireFloat32(state: FittedHeadState, name: string, shape: readonly number[]): Float32Array {
  const tensor = state.tensors[name];
  if (tensor === undefined) {
    throw new PolyheadError('TENSOR_MISSING', {
      message: `A saved head of type "${state.type}" has no tensor "${name}".`,
      remedy: 'The file is incomplete: save the head again.',
      details: { headType: state.type, tensor: name },
    });
  }
  const elements = shape.reduce((product, size) => product * size, 1);
  const sameShape = tensor.shape.length === shape.length && shape.every((size, axis) => tensor.shape[axis] === size);
  if (tensor.dataType === 'float32' && sameShape && tensor.data.length === elements) return tensor.data;
  throw new PolyheadError('TENSOR_SHAPE_MISMATCH', {
    message:
      `Tensor "${name}" of a saved head of type "${state.type}" is ${tensor.dataType} [${tensor.shape.join(', ')}] ` +
      `with ${tensor.data.length} elements instead of float32 [${shape.join(', ')}].`,
    remedy: 'The file does not belong to this head: save the head again.',
    details: { headType: state.type, tensor: name },
  });
}
