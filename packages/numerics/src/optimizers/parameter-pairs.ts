import { PolyheadError } from '@polyhead/types';
import type { NamedArrays } from './optimizer.ts';

/** A parameter with its gradient. */
export interface ParameterPair {
  readonly name: string;
  readonly parameter: Float32Array;
  readonly gradient: Float32Array;
}

/**
 * Every gradient with its parameter.
 * @throws {PolyheadError} SHAPE_MISMATCH, TENSOR_MISSING
 */
export function toParameterPairs(parameters: NamedArrays, gradients: NamedArrays): ParameterPair[] {
  return [...gradients].map(([name, gradient]) => {
    const parameter = parameters.get(name);
    if (parameter === undefined) {
      throw new PolyheadError('TENSOR_MISSING', {
        message: `There is a gradient for "${name}" but no parameter of that name.`,
        remedy: 'Pass the parameters under the same names as their gradients.',
        details: { name },
      });
    }
    if (parameter.length !== gradient.length) {
      throw new PolyheadError('SHAPE_MISMATCH', {
        message: `Parameter "${name}" has ${parameter.length} elements, its gradient ${gradient.length}.`,
        details: { name },
      });
    }
    return { name, parameter, gradient };
  });
}

/** The array of a parameter in a set of moments; zeros when it is new. */
export function momentOf(moments: Map<string, Float32Array>, { name, parameter }: ParameterPair): Float32Array {
  const known = moments.get(name);
  if (known?.length === parameter.length) return known;
  const zeros = new Float32Array(parameter.length);
  moments.set(name, zeros);
  return zeros;
}
