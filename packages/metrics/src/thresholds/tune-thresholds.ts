import { PolyheadError, type Matrix, type MultiLabelTargets } from '@polyhead/types';
import { splitAndSort, type SplitScores } from '../kernels/binary-curve.ts';
import { countAtThresholds, midpointsOf } from '../kernels/counts-at-thresholds.ts';
import { copyColumn } from '../kernels/rows.ts';
import { assertMultiLabelScores } from '../target-checks.ts';
import { defaultThreshold } from './default-threshold.ts';
import { thresholdMetrics, type DecisionCounts, type ThresholdMetric } from './threshold-metrics.ts';

/** What thresholds are tuned on and for. */
export interface TuneThresholdsInput {
  readonly targets: MultiLabelTargets;
  /** `[rows, labels]` of validation data, never of the test split. */
  readonly scores: Matrix;
  /** @default 'f1' */
  readonly metric?: ThresholdMetric;
  /**
   * Distance of the candidates inside (0, 1), or `midpoints` for all points half way between neighbouring scores,
   * which finds the exact optimum. 0.5 is always a candidate.
   * @default 0.01
   */
  readonly grid?: number | 'midpoints';
}

/** The threshold of one label. */
export interface TunedLabel {
  readonly label: string;
  readonly threshold: number;
  /** Positive examples in the validation data. */
  readonly positives: number;
  /** The metric at the threshold; null without positives. */
  readonly score: number | null;
  /** The metric at 0.5; null without positives. */
  readonly scoreAtDefault: number | null;
}

/** Thresholds of all labels. */
export interface TunedThresholds {
  /** By label. A label applies if its score is at least its threshold. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** In label order. */
  readonly perLabel: readonly TunedLabel[];
  readonly metric: ThresholdMetric;
  readonly grid: number | 'midpoints';
}

/**
 * Finds for every label the threshold with the greatest metric. Of equally good thresholds the one nearest to 0.5
 * wins, of two equally near ones the higher. A label without positives keeps 0.5. Scores are sorted once a label.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, INVALID_ARGUMENT, NOT_FINITE
 */
export function tuneThresholds(input: TuneThresholdsInput): TunedThresholds {
  const { targets, scores, metric = 'f1', grid = 0.01 } = input;
  assertMultiLabelScores(targets, scores);
  const figure = metricOf(metric);
  const gridCandidates = grid === 'midpoints' ? undefined : candidatesOfGrid(grid);
  const columns = targets.labels.length;
  const perLabel = targets.labels.map((label, index): TunedLabel => {
    const truth = copyColumn(targets.indicators, columns, index);
    const split = splitAndSort(truth, copyColumn(scores.data, columns, index));
    const positives = split.positives.length;
    if (positives === 0) return { label, threshold: defaultThreshold, positives, score: null, scoreAtDefault: null };
    const candidates = gridCandidates ?? withDefault(midpointsOf(split));
    const figures = figuresAt(split, candidates, figure);
    const best = indexOfBest(candidates, figures);
    return {
      label,
      threshold: candidates[best] ?? defaultThreshold,
      positives,
      score: figures[best] ?? null,
      scoreAtDefault: figures[candidates.indexOf(defaultThreshold)] ?? null,
    };
  });
  const thresholds = Object.fromEntries(perLabel.map(({ label, threshold }) => [label, threshold]));
  return { thresholds, perLabel, metric, grid };
}

function metricOf(metric: ThresholdMetric): (counts: DecisionCounts) => number {
  if (Object.hasOwn(thresholdMetrics, metric)) return thresholdMetrics[metric];
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `Thresholds cannot be tuned for "${metric}".`,
    remedy: `Choose one of ${Object.keys(thresholdMetrics).join(', ')}.`,
  });
}

/** Multiples of the step inside (0, 1), and 0.5; ascending. */
function candidatesOfGrid(step: number): Float64Array {
  if (!(step >= 1e-6 && step <= 0.5)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `"grid" is ${step}.`,
      remedy: 'It must be a step from 0.000001 to 0.5, or "midpoints".',
    });
  }
  // Rounded, so that thresholds read 0.29 and not 0.29000000000000004.
  const multiples = Array.from({ length: Math.ceil(1 / step) }, (_, index) => Number(((index + 1) * step).toFixed(9)));
  return withDefault(Float64Array.from(multiples.filter((value) => value < 1)));
}

function withDefault(ascending: Float64Array): Float64Array {
  return ascending.includes(defaultThreshold) ? ascending : Float64Array.from([...ascending, defaultThreshold]).sort();
}

function figuresAt(
  split: SplitScores,
  candidates: Float64Array,
  figure: (counts: DecisionCounts) => number,
): Float64Array {
  const { truePositives, falsePositives } = countAtThresholds(split, candidates);
  return truePositives.map((found, index) => {
    const wrong = falsePositives[index] ?? 0;
    return figure({
      truePositives: found,
      falsePositives: wrong,
      falseNegatives: split.positives.length - found,
      trueNegatives: split.negatives.length - wrong,
    });
  });
}

/** Figures that differ by rounding only count as equal, and so do distances from 0.5. */
const slack = 1e-12;

function indexOfBest(candidates: Float64Array, figures: Float64Array): number {
  const greatest = figures.reduce((best, value) => Math.max(best, value), -Infinity);
  let chosen = -1;
  let nearest = Infinity;
  candidates.forEach((candidate, index) => {
    const distance = Math.abs(candidate - defaultThreshold);
    if ((figures[index] ?? -Infinity) < greatest - slack || distance > nearest + slack) return;
    chosen = index;
    nearest = Math.min(nearest, distance);
  });
  return chosen;
}
