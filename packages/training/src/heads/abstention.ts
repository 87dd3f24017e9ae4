import { chooseAbstention } from '@polyhead/metrics';
import { PolyheadError, type HeadAbstention, type Matrix, type Targets } from '@polyhead/types';
import type { AbstainConfig } from '../config/training-config.ts';
import type { HeadData } from '../data/head-data.ts';
import type { TrainingListeners } from '../training-events.ts';

/**
 * Refuses a head that cannot abstain, or cannot find out when to.
 * @throws {PolyheadError} TASK_UNSUPPORTED, TOO_FEW_EXAMPLES
 */
export function assertAbstention(
  head: string,
  abstain: AbstainConfig | undefined,
  data: Pick<HeadData, 'train' | 'validation'>,
): void {
  if (abstain === undefined) return;
  const { task } = data.train.targets;
  if (task !== 'single-label') {
    throw new PolyheadError('TASK_UNSUPPORTED', {
      message: `Head "${head}" is for ${task} by its data and cannot abstain.`,
      remedy: 'Leave abstain out: only heads that give one label a text abstain, multi-label heads have thresholds.',
      details: { head, task },
    });
  }
  if (typeof abstain === 'number' || data.validation !== undefined) return;
  throw new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `Head "${head}" is to abstain so that its answers have an accuracy of ${abstain.accuracy}, but there are no validation rows to find out when.`,
    remedy: 'Name a validation file, hold a share of the training rows out, or give the lowest probability itself.',
    details: { head, accuracy: abstain.accuracy },
  });
}

/** What a choice is made for and on. */
export interface AbstentionRows {
  readonly head: string;
  readonly targets: Targets;
  /** `[rows, labels]` of validation rows, calibrated. */
  readonly scores: Matrix;
}

/** When a head abstains. Where no threshold reaches the accuracy asked for, the head always answers, with a warning. */
export function decideAbstention(
  abstain: AbstainConfig | undefined,
  rows: AbstentionRows | undefined,
  { onWarning }: Pick<TrainingListeners, 'onWarning'>,
): HeadAbstention | undefined {
  if (abstain === undefined) return undefined;
  if (typeof abstain === 'number') return { threshold: abstain, chosenBy: 'given' };
  const { accuracy } = abstain;
  if (rows?.targets.task !== 'single-label') return undefined;
  const { head, targets, scores } = rows;
  const { chosen, best } = chooseAbstention({ targets, scores, accuracy });
  const countOf = (coverage: number): string => `${Math.round(coverage * scores.rows)} of ${scores.rows}`;
  if (chosen !== undefined) {
    return {
      threshold: chosen.threshold,
      chosenBy: `accuracy of ${accuracy} on ${countOf(chosen.coverage)} validation rows`,
    };
  }
  onWarning?.({
    head,
    message: `No threshold gives the answers an accuracy of ${accuracy} on the validation rows (the best gives ${best.accuracy.toFixed(3)}, on ${countOf(best.coverage)} rows); the head always answers.`,
  });
  return undefined;
}
