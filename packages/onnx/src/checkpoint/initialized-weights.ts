import type { RandomGenerator, Tensor } from '@polyhead/types';

import type { GraphBuilder } from '../builder/graph-builder.ts';
import type { CheckpointWeights } from './checkpoint-weights.ts';

/** How weights that a checkpoint lacks begin. */
export interface InitializedWeightsOptions {
  readonly random: RandomGenerator;
  /** Of the normal distribution that matrices are drawn from. */
  readonly standardDeviation: number;
  /** Whether a tensor is made anew although the checkpoint has it. */
  readonly isReplaced: (name: string) => boolean;
  /** Receives the names of tensors that were made. */
  readonly made: Set<string>;
}

/**
 * Weights of a checkpoint where it has them, new ones where it does not: matrices from a normal distribution, biases 0, scales
 * of normalizations 1, as the transformers library begins.
 */
export function createInitializedWeights(
  weights: CheckpointWeights,
  builder: GraphBuilder,
  { random, standardDeviation, isReplaced, made }: InitializedWeightsOptions,
): CheckpointWeights {
  const names = new Map<string, string>();
  const create = (name: string, shape: readonly number[]): Tensor => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (shape.length > 1) {
      const draw = random.fork(name);
      for (let index = 0; index < data.length; index += 1) data[index] = draw.normal() * standardDeviation;
    } else if (name.endsWith('.weight')) data.fill(1);
    return { dataType: 'float32', shape, data };
  };
  return {
    names,
    has: () => true,
    weight(name, shape) {
      if (weights.has(name) && !isReplaced(name)) {
        const initializer = weights.weight(name, shape);
        names.set(initializer, weights.names.get(initializer) ?? name);
        return initializer;
      }
      made.add(name);
      names.set(name, name);
      return builder.initializer(name, create(name, shape));
    },
  };
}
