import {
  assertEnoughExamples,
  assertIndicators,
  assertLength,
  assertPositiveInteger,
  assertProbabilities,
} from '../input-checks.ts';
import { binByConfidence } from '../kernels/confidence-bins.ts';

/** How sure a model was, and whether it was right. */
export interface ConfidenceInput {
  /** `[rows]` in [0, 1]: for classes the greatest probability, for one label its probability. */
  readonly confidence: ArrayLike<number>;
  /** `[rows]` of 0 and 1: whether the predicted class is the true one; for one label, its truth. */
  readonly correct: ArrayLike<number>;
}

/** One bar of a reliability diagram. */
export interface CalibrationBin {
  /** Confidence above this (the first bin includes it) ... */
  readonly lower: number;
  /** ... up to and including this. */
  readonly upper: number;
  readonly rows: number;
  /** Mean confidence of the rows; NaN if there are none. */
  readonly confidence: number;
  /** Share of the rows that are correct; NaN if there are none. */
  readonly accuracy: number;
}

/** Number of bins. */
export interface CalibrationBinOptions {
  /** @default 15 */
  readonly bins?: number;
}

/**
 * Equal-width bins (k / bins, (k + 1) / bins] for a reliability diagram.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function calibrationBins(input: ConfidenceInput, options: CalibrationBinOptions = {}): CalibrationBin[] {
  const { confidence, correct } = input;
  const { bins = 15 } = options;
  assertPositiveInteger('bins', bins);
  assertLength('correct', correct, confidence.length);
  assertEnoughExamples(confidence.length);
  assertProbabilities('confidence', confidence);
  assertIndicators('correct', correct);
  const { rows, confidenceSums, correctSums } = binByConfidence(confidence, correct, bins);
  return Array.from(rows, (count, bin) => ({
    lower: bin / bins,
    upper: (bin + 1) / bins,
    rows: count,
    confidence: (confidenceSums[bin] ?? 0) / count,
    accuracy: (correctSums[bin] ?? 0) / count,
  }));
}

/**
 * Expected calibration error (Guo et al. 2017): over equal-width bins of confidence, the share of rows times the
 * difference between accuracy and mean confidence. In [0, 1]; 0 is perfect.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function expectedCalibrationError(input: ConfidenceInput, options: CalibrationBinOptions = {}): number {
  const filled = calibrationBins(input, options).filter((bin) => bin.rows > 0);
  return filled.reduce(
    (sum, bin) => sum + (bin.rows / input.confidence.length) * Math.abs(bin.accuracy - bin.confidence),
    0,
  );
}
