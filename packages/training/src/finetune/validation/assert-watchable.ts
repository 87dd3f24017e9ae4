import { countRows } from '@polyhead/data';
import { PolyheadError, type Matrix, type Targets } from '@polyhead/types';
import { evaluateScores } from '../../heads/evaluate-scores.ts';
import type { WatchedScore } from './watched-score.ts';

/** The truth of one head's validation rows. */
export interface JudgedHead {
  readonly name: string;
  readonly targets: Targets;
}

/**
 * Makes sure before training that the watched figure can be computed on the validation rows: some need every label among them.
 * Whether it can depends on the truth alone, so scores that are all equal show it.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertWatchable(metric: string, score: WatchedScore, heads: readonly JudgedHead[]): void {
  if (heads.length === 0) return;
  const evaluations = Object.fromEntries(
    heads.map(({ name, targets }) => [name, evaluateScores(targets, equalScores(targets))]),
  );
  if (score.compute({ evaluations, loss: 0 }) !== undefined) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The figure "${metric}" that is watched is undefined on the validation rows, which lack a label or have but one value.`,
    remedy: 'Watch another figure, such as score, or give validation rows with every label.',
    details: { metric, heads: heads.map(({ name }) => name) },
  });
}

function equalScores(targets: Targets): Matrix {
  const columns = targets.labels.length;
  const rows = countRows(targets);
  return { data: new Float32Array(rows * columns).fill(1 / columns), rows, columns };
}
