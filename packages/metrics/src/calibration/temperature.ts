import { assertClassScores } from '../score-checks.ts';
import { binaryLogitRows } from '../kernels/binary-rows.ts';
import { scaledSoftmaxLoss, type ScaledLoss } from '../kernels/scaled-softmax.ts';
import { assertNotNegative } from '../input-checks.ts';

/** Logits on held-out data. */
export interface TemperatureInput {
  /** `[rows, classCount]`, or `[rows]` logits of the second class if `classCount` is 1. */
  readonly logits: ArrayLike<number>;
  /** `[rows]` class indices; 0 and 1 if `classCount` is 1. */
  readonly truth: ArrayLike<number>;
  readonly classCount: number;
  /**
   * Rows that are seen in the mind beside those that are there, one right and one wrong for each, so that few rows that are all
   * right do not make a classifier certain (Laplace's rule of succession; Platt's targets where there are two classes). A
   * wrong row has the class that came next to its own. @default 0
   */
  readonly imaginedRows?: number | undefined;
}

/** A fitted temperature: probabilities become softmax(logits / temperature). */
export interface TemperatureFit {
  /** In [exp(-5), exp(5)]; above 1 the model was too sure. */
  readonly temperature: number;
  /** Mean log loss at temperature 1, with the imagined rows if there are any. */
  readonly lossBefore: number;
  /** Mean log loss at the fitted temperature, likewise. */
  readonly lossAfter: number;
}

const scaleLimit = Math.exp(5);
const maximumIterations = 200;

/**
 * Finds the temperature with the least log loss (Guo et al. 2017). The loss is convex in 1 / temperature, so Newton
 * steps inside a shrinking bracket find the one optimum.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function fitTemperature(input: TemperatureInput): TemperatureFit {
  const isBinary = input.classCount === 1;
  const logits = isBinary ? binaryLogitRows(input.logits) : input.logits;
  const classCount = isBinary ? 2 : input.classCount;
  assertClassScores({ truth: input.truth, scores: logits, classCount });
  const { truth, imaginedRows = 0 } = input;
  assertNotNegative('imaginedRows', imaginedRows);
  // Without other classes nothing can be wrong.
  const doubt = classCount === 1 ? 0 : imaginedRows / (truth.length + 2 * imaginedRows);
  const lossAt = (scale: number): ScaledLoss => scaledSoftmaxLoss(logits, truth, classCount, scale, doubt);
  let lower = 1 / scaleLimit;
  let upper = scaleLimit;
  let scale = 1;
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    const { slope, curvature } = lossAt(scale);
    if (slope === 0) break;
    if (slope > 0) upper = scale;
    else lower = scale;
    const newton = scale - slope / curvature;
    const next = newton > lower && newton < upper ? newton : Math.sqrt(lower * upper);
    const isDone = Math.abs(next - scale) <= 1e-13 * scale;
    scale = next;
    if (isDone) break;
  }
  return { temperature: 1 / scale, lossBefore: lossAt(1).value, lossAfter: lossAt(scale).value };
}
