import { assertEnoughExamples, assertFinite, assertLength, assertWeights } from '../input-checks.ts';
import type { ValuePredictions } from '../input-types.ts';

/** @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function assertValuePredictions(input: ValuePredictions, minimum = 1): void {
  const { truth, predicted, sampleWeights } = input;
  assertLength('predicted', predicted, truth.length);
  assertEnoughExamples(truth.length, minimum);
  assertFinite('truth', truth);
  assertFinite('predicted', predicted);
  assertWeights(sampleWeights, truth.length);
}

/** `truth - predicted` of every row. */
export function residualsOf({ truth, predicted }: ValuePredictions): Float64Array {
  return Float64Array.from(truth, (value, row) => value - (predicted[row] ?? NaN));
}
