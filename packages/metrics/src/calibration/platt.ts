import { sigmoid } from '@polyhead/numerics';
import type { BinaryScores } from '../input-types.ts';
import { plattLoss, type PlattLoss } from '../kernels/platt-loss.ts';
import { sumOf } from '../kernels/sums.ts';
import { assertBinaryScores } from '../score-checks.ts';

/** A fitted sigmoid: probability = 1 / (1 + exp(a * score + b)). */
export interface PlattFit {
  /** Negative where greater scores mean more likely. */
  readonly a: number;
  readonly b: number;
}

const maximumIterations = 100;

/**
 * Fits a sigmoid from decision values to probabilities (Platt 1999, with the smoothed targets and Newton's method of
 * Lin, Lin and Weng 2007).
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function fitPlatt(input: Omit<BinaryScores, 'sampleWeights'>): PlattFit {
  assertBinaryScores({ ...input, sampleWeights: undefined });
  const positives = sumOf(input.truth);
  const negatives = input.truth.length - positives;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  const targets = Float64Array.from(input.truth, (value) => (value === 1 ? high : low));
  // Scores of any size are brought to [-1, 1]; the slope is scaled back at the end.
  const size = Array.from(input.scores).reduce((greatest, score) => Math.max(greatest, Math.abs(score)), 0) || 1;
  const scores = Float64Array.from(input.scores, (score) => score / size);
  const start = { slope: 0, offset: Math.log((negatives + 1) / (positives + 1)) };
  const { slope, offset } = minimize((at) => plattLoss(scores, targets, at.slope, at.offset), start);
  return { a: slope / size, b: offset };
}

/** Probabilities of scores, `[scores]`. */
export function applyPlatt(fit: PlattFit, scores: ArrayLike<number>): Float64Array {
  return Float64Array.from(scores, (score) => sigmoid(-(fit.a * score + fit.b)));
}

interface Sigmoid {
  readonly slope: number;
  readonly offset: number;
}

/** Newton's method with backtracking; the loss is convex. */
function minimize(lossAt: (at: Sigmoid) => PlattLoss, start: Sigmoid): Sigmoid {
  let at = start;
  let loss = lossAt(at);
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    const [bySlope, byOffset] = loss.gradient;
    if (Math.max(Math.abs(bySlope), Math.abs(byOffset)) < 1e-12) break;
    const step = newtonStep(loss);
    let scale = 1;
    let next = moved(at, step, scale);
    while (scale > 1e-12 && !(lossAt(next).value <= loss.value)) {
      scale /= 2;
      next = moved(at, step, scale);
    }
    const isDone = scale <= 1e-12 || (next.slope === at.slope && next.offset === at.offset);
    if (isDone) break;
    at = next;
    loss = lossAt(at);
  }
  return at;
}

function newtonStep({ gradient: [bySlope, byOffset], hessian: [aa, ab, bb] }: PlattLoss): Sigmoid {
  const ridge = 1e-12;
  const [first, last] = [aa + ridge, bb + ridge];
  const determinant = first * last - ab * ab;
  return {
    slope: -(last * bySlope - ab * byOffset) / determinant,
    offset: -(first * byOffset - ab * bySlope) / determinant,
  };
}

function moved(at: Sigmoid, step: Sigmoid, scale: number): Sigmoid {
  return { slope: at.slope + scale * step.slope, offset: at.offset + scale * step.offset };
}
