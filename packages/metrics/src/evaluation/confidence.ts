import type { ConfidenceInput } from '../calibration/expected-calibration-error.ts';
import type { ClassScores } from '../input-types.ts';

/** The probability of the predicted class, and whether it is the true one. */
export function confidenceOf({ truth, scores, classCount }: ClassScores, predicted: Int32Array): ConfidenceInput {
  return {
    confidence: Float64Array.from(predicted, (index, row) => scores[row * classCount + index] ?? NaN),
    correct: Uint8Array.from(predicted, (index, row) => (index === truth[row] ? 1 : 0)),
  };
}
