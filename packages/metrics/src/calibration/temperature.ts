import { assertClassScores } from '../score-checks.ts';
import { binaryLogitRows } from '../kernels/binary-rows.ts';
import { scaledSoftmaxLoss } from '../kernels/scaled-softmax.ts';

/** Logits on held-out data. */
export interface TemperatureInput {
  /** `[rows, classCount]`, or `[rows]` logits of the second class if `classCount` is 1. */
  readonly logits: ArrayLike<number>;
  /** `[rows]` class indices; 0 and 1 if `classCount` is 1. */
  readonly truth: ArrayLike<number>;
  readonly classCount: number;
}

/** A fitted temperature: probabilities become softmax(logits / temperature). */
export interface TemperatureFit {
  /** In [exp(-5), exp(5)]; above 1 the model was too sure. */
  readonly temperature: number;
  /** Mean log loss at temperature 1. */
  readonly lossBefore: number;
  /** Mean log loss at the fitted temperature. */
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
  const lossAt = (scale: number) => scaledSoftmaxLoss(logits, input.truth, classCount, scale);
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
