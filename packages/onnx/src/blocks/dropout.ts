import { PolyheadError } from '@polyhead/types';

import type { GraphBuilder } from '../builder/graph-builder.ts';

/** A size of a dropout mask: fixed, or known with the batch. `tokens` is `batch * sequence`. */
export type DropoutDimension = number | 'batch' | 'sequence' | 'tokens';

/** A place where training takes out numbers at random. */
export interface DropoutSite {
  /** Name of the graph input that takes the mask, such as `dropout/layer.0.attention_probabilities`. */
  readonly name: string;
  /** The share of numbers to take out, above 0 and below 1. */
  readonly probability: number;
  /** Shape of the mask, which holds 0 and 1 / (1 - probability). */
  readonly shape: readonly DropoutDimension[];
}

/** A site as a block states it. */
export interface DropoutPlace {
  /** Without `dropout/`. */
  readonly name: string;
  /** As the configuration has it; undefined if the architecture has no dropout here. */
  readonly probability: number | undefined;
  readonly shape: readonly DropoutDimension[];
}

/** Dropout while a graph is built. Masks are inputs of the graph, so that whoever runs it makes them, from a seed. */
export interface Dropout {
  /**
   * The value times its mask; the value itself if nothing is taken out here.
   * @param fit turns the mask into the shape of the value, where they differ
   */
  apply(input: string, place: DropoutPlace, fit?: (mask: string) => string): string;
  /** The masks so far, in the order of use. */
  readonly sites: readonly DropoutSite[];
}

/**
 * @param setting false: no masks; true: where the configuration's probability is above 0; a number: this probability
 * wherever the architecture has dropout
 * @throws {PolyheadError} INVALID_ARGUMENT for a number below 0 or not below 1
 */
export function createDropout(builder: GraphBuilder, setting: boolean | number): Dropout {
  if (typeof setting === 'number' && !(setting >= 0 && setting < 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The dropout probability is ${setting}.`,
      remedy: 'Pass a number from 0 to below 1.',
      details: { dropout: setting },
    });
  }
  const sites: DropoutSite[] = [];
  return {
    sites,
    apply(input, place, fit = (mask) => mask) {
      const { probability = 0, shape } = place;
      const used = typeof setting === 'number' && place.probability !== undefined ? setting : probability;
      if (setting === false || used === 0) return input;
      const name = builder.input(`dropout/${place.name}`, { dataType: 'float32', shape });
      sites.push({ name, probability: used, shape });
      return builder.operation('Mul', [input, fit(name)]);
    },
  };
}
