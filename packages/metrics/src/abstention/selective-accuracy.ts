import type { ConfidenceInput } from '../calibration/expected-calibration-error.ts';
import { assertEnoughExamples, assertFinite, assertIndicators, assertLength } from '../input-checks.ts';

/** How a classifier does that answers only where it is sure enough. */
export interface SelectiveAccuracy {
  /** Share of the rows that are answered, in [0, 1]. */
  readonly coverage: number;
  /** Share of the answered rows that are right; NaN if none is answered. */
  readonly accuracy: number;
}

/**
 * Coverage and accuracy of the rows whose confidence reaches a threshold (El-Yaniv and Wiener 2010, "On the Foundations of
 * Noise-free Selective Classification").
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function selectiveAccuracy(input: ConfidenceInput, threshold: number): SelectiveAccuracy {
  const { confidence, correct } = input;
  assertLength('correct', correct, confidence.length);
  assertEnoughExamples(confidence.length);
  assertFinite('confidence', confidence);
  assertIndicators('correct', correct);
  const answered = Array.from(confidence).flatMap((value, row) => (value >= threshold ? [row] : []));
  const right = answered.filter((row) => correct[row] === 1).length;
  return { coverage: answered.length / confidence.length, accuracy: right / answered.length };
}
