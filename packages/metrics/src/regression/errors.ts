import type { ValuePredictions } from '../input-types.ts';
import { meanOf } from '../kernels/sums.ts';
import { assertValuePredictions, residualsOf } from './checks.ts';

/** Mean of the squared errors. @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function meanSquaredError(input: ValuePredictions): number {
  assertValuePredictions(input);
  return meanOf(
    residualsOf(input).map((error) => error * error),
    input.sampleWeights,
  );
}

/** Square root of the mean squared error, in the unit of the values. @throws {PolyheadError} as `meanSquaredError` */
export function rootMeanSquaredError(input: ValuePredictions): number {
  return Math.sqrt(meanSquaredError(input));
}

/** Mean of the absolute errors. @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function meanAbsoluteError(input: ValuePredictions): number {
  assertValuePredictions(input);
  return meanOf(residualsOf(input).map(Math.abs), input.sampleWeights);
}

/** The greatest absolute error. @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE */
export function maximumError(input: ValuePredictions): number {
  assertValuePredictions(input);
  return residualsOf(input).reduce((greatest, error) => Math.max(greatest, Math.abs(error)), 0);
}
