import type { RandomGenerator } from '@polyhead/types';

/** The weights and bias of a linear layer. */
export interface LinearParameters {
  /** `[outputs, dimension]`, row-major. */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly bias: Float32Array;
}

/** A linear layer as PyTorch's `nn.Linear` begins: all numbers uniform between -1 / sqrt(dimension) and 1 / sqrt(dimension). */
export function initialLinear(outputs: number, dimension: number, random: RandomGenerator): LinearParameters {
  const bound = 1 / Math.sqrt(dimension);
  const draw = (): number => (2 * random.next() - 1) * bound;
  return {
    weights: Float32Array.from({ length: outputs * dimension }, draw),
    bias: Float32Array.from({ length: outputs }, draw),
  };
}
