import { scaleFloat32, sumOfSquares } from '../kernels/squares.ts';
import type { NamedArrays } from './optimizer.ts';

/**
 * Scales all gradients together, in place, so that their joint L2 norm is at most `maximumNorm`:
 * by `min(1, maximumNorm / (norm + 1e-6))`, as PyTorch's `clip_grad_norm_` does.
 * @returns the norm before
 */
export function clipGlobalNorm(gradients: NamedArrays, maximumNorm: number): number {
  let sum = 0;
  for (const values of gradients.values()) sum += sumOfSquares(values);
  const norm = Math.sqrt(sum);
  const factor = maximumNorm / (norm + 1e-6);
  if (factor < 1) for (const values of gradients.values()) scaleFloat32(values, factor);
  return norm;
}
