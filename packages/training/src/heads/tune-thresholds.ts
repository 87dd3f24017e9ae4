import { tuneThresholds } from '@polyhead/metrics';
import type { HeadThresholds, Matrix, MultiLabelTargets } from '@polyhead/types';
import type { ThresholdMetric } from '../config/training-config.ts';

/** One threshold a label that maximises the metric on validation rows, with a note on how it was found. */
export function tuneHeadThresholds(
  targets: MultiLabelTargets,
  scores: Matrix,
  options: { readonly metric: ThresholdMetric; readonly source: string },
): HeadThresholds {
  const { thresholds } = tuneThresholds({ targets, scores, metric: options.metric });
  return {
    tuned: thresholds,
    tunedOn: `${options.metric} on ${targets.indicators.length / targets.labels.length} rows (${options.source})`,
  };
}
