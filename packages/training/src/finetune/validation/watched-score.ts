import { findMetric, metricsForTask } from '@polyhead/metrics';
import { PolyheadError, type Task } from '@polyhead/types';
import type { Evaluation } from '../../heads/evaluate-scores.ts';

/** The figures of all heads that a score can be made of. */
export interface WatchedFigures {
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  /** The weighted validation loss. */
  readonly loss: number;
}

/** A figure that decides which parameters are best. */
export interface WatchedScore {
  /**
   * Greater is better: errors and losses are negated. A mean leaves out heads whose figure is undefined (R² of equal values,
   * say). Where `score` is undefined for every head, it is the loss.
   * @returns undefined if the figure is undefined for every head
   */
  compute(figures: WatchedFigures): number | undefined;
}

/** What an epoch counts whose figure is undefined. */
export const worstScore = -1e30;

const mainFigures: Readonly<Record<Task, string>> = {
  'single-label': 'macro_f1',
  'multi-label': 'macro_f1',
  regression: 'r2',
};
/**
 * The score that a metric name of a configuration stands for.
 * @param tasks of the heads that are judged, by name
 * @throws {PolyheadError} INVALID_ARGUMENT for a name that no head has
 */
export function createWatchedScore(metric: string, tasks: Readonly<Record<string, Task>>): WatchedScore {
  if (metric === 'loss') return { compute: ({ loss }) => -loss };
  const parts = toParts(metric, tasks);
  return {
    compute({ evaluations, loss }) {
      const values = parts.flatMap(({ head, figure }) => signedFigure(evaluations[head], figure));
      if (values.length > 0) return values.reduce((sum, value) => sum + value, 0) / values.length;
      return metric === 'score' && Number.isFinite(loss) ? -loss : undefined;
    },
  };
}

function toParts(metric: string, tasks: Readonly<Record<string, Task>>): { head: string; figure: string }[] {
  const heads = Object.entries(tasks);
  if (metric === 'score') return heads.map(([head, task]) => ({ head, figure: mainFigures[task] }));
  const dot = metric.lastIndexOf('.');
  const [named, figure] = dot === -1 ? [undefined, metric] : [metric.slice(0, dot), metric.slice(dot + 1)];
  const parts = heads.filter(([head, task]) => (named === undefined || head === named) && hasFigure(task, figure));
  if (parts.length > 0) return parts.map(([head]) => ({ head, figure }));
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `There is no figure "${metric}" to watch.`,
    remedy: `Name "score", "loss", a figure, or HEAD.FIGURE with one of the heads ${Object.keys(tasks).join(', ')}; figures are ${figureNames(Object.values(tasks))}.`,
    details: { metric, heads: Object.keys(tasks) },
  });
}

function hasFigure(task: Task, figure: string): boolean {
  return metricsForTask(task).some(({ name }) => name === figure);
}

function figureNames(tasks: readonly Task[]): string {
  return [...new Set(tasks.flatMap((task) => metricsForTask(task).map(({ name }) => name)))].join(', ');
}

const correlations: readonly string[] = ['pearson', 'spearman'];

function signedFigure(evaluation: Evaluation | undefined, figure: string): readonly number[] {
  const value = evaluation?.[figure];
  if (typeof value === 'number' && Number.isFinite(value)) return [findMetric(figure).greaterIsBetter ? value : -value];
  // Where values differ (they have an R²) and predictions do not, that is no correlation; such an epoch must not be left out.
  return correlations.includes(figure) && typeof evaluation?.['r2'] === 'number' ? [0] : [];
}
