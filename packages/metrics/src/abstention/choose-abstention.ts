import type { Matrix, SingleLabelTargets } from '@polyhead/types';
import type { ConfidenceInput } from '../calibration/expected-calibration-error.ts';
import { confidenceOf } from '../evaluation/confidence.ts';
import { assertShare } from '../input-checks.ts';
import { argMaxRows } from '../kernels/rows.ts';
import { assertSingleLabelScores } from '../target-checks.ts';
import type { SelectiveAccuracy } from './selective-accuracy.ts';

/** A threshold with what it is worth on the rows that it was chosen on. */
export interface ChosenAbstention extends SelectiveAccuracy {
  /** Lowest confidence at which a row is answered; 0 where all are. */
  readonly threshold: number;
}

/** What a threshold is chosen on and for. */
export interface ChooseAbstentionInput {
  readonly targets: SingleLabelTargets;
  /** `[rows, labels]` of rows that the classifier was not fitted on. */
  readonly scores: Matrix;
  /** Least accuracy of the answered rows, in [0, 1]. */
  readonly accuracy: number;
}

/** A choice of a threshold, and the most accurate one beside it. */
export interface AbstentionChoice {
  /** Undefined if no threshold reaches the accuracy. */
  readonly chosen: ChosenAbstention | undefined;
  /** The threshold with the greatest accuracy; of equally accurate ones that which answers most. */
  readonly best: ChosenAbstention;
}

/**
 * The smallest threshold at which the answered rows are right at least as often as asked for, so that as many rows as possible
 * are answered. Rows of the same confidence are answered together. It is 0 or the confidence of the least sure row answered.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function chooseAbstention({ targets, scores, accuracy }: ChooseAbstentionInput): AbstentionChoice {
  assertSingleLabelScores(targets, scores);
  assertShare('accuracy', accuracy);
  const { labels, classIndices: truth } = targets;
  const predicted = argMaxRows(scores.data, scores.columns);
  const candidates = toCandidates(confidenceOf({ truth, scores: scores.data, classCount: labels.length }, predicted));
  const greatest = candidates.reduce((most, candidate) => Math.max(most, candidate.accuracy), 0);
  const mostCovering = (least: number): ChosenAbstention | undefined =>
    candidates.findLast((candidate) => candidate.accuracy >= least);
  const nothing = { threshold: 0, coverage: 0, accuracy: 0 };
  return { chosen: mostCovering(accuracy), best: mostCovering(greatest) ?? nothing };
}

/** One candidate for each distinct confidence, from the surest row to all rows. */
function toCandidates({ confidence, correct }: ConfidenceInput): ChosenAbstention[] {
  const order = Array.from({ length: confidence.length }, (_, row) => row);
  order.sort((first, second) => (confidence[second] ?? 0) - (confidence[first] ?? 0));
  const candidates: ChosenAbstention[] = [];
  let right = 0;
  for (const [place, row] of order.entries()) {
    right += correct[row] ?? 0;
    const next = order[place + 1];
    const own = confidence[row] ?? 0;
    if (next !== undefined && confidence[next] === own) continue;
    const answered = place + 1;
    const threshold = next === undefined ? 0 : own;
    candidates.push({ threshold, coverage: answered / order.length, accuracy: right / answered });
  }
  return candidates;
}
