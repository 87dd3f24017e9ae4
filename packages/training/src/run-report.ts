import type { TrainingRecord } from '@polyhead/model';
import type { JsonObject } from '@polyhead/types';
import type { HeadData } from './data/head-data.ts';
import type { QualityCounts } from './data/check-quality.ts';
import type { Evaluation } from './heads/evaluate-scores.ts';
import type { TrainedHead } from './heads/measure-head.ts';

/** How many rows of which kind a head saw. */
export interface HeadCounts extends QualityCounts {
  readonly labels: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly skipped_rows: number;
}

/** Counts of a whole job. */
export interface RunCounts extends JsonObject {
  readonly distinct_texts: number;
  readonly truncated_texts: number;
  readonly heads: Readonly<Record<string, HeadCounts>>;
}

/** What `--json` writes: every figure of a job, as plain JSON. */
export interface RunReport {
  readonly heads: Readonly<Record<string, { readonly validation?: Evaluation; readonly test?: Evaluation }>>;
  /** Seconds spent a phase, and in total. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly counts: RunCounts;
  /** Loss by step and figures by epoch, if the encoder was trained too. */
  readonly training?: TrainingRecord;
}

/** The counts of one head. */
export function countRows(data: HeadData, quality: QualityCounts): HeadCounts {
  return {
    labels: data.train.targets.labels.length,
    train: data.train.texts.length,
    validation: data.validation?.texts.length ?? 0,
    test: data.test?.texts.length ?? 0,
    skipped_rows: data.problems.length,
    ...quality,
  };
}

/** Everything measured, as plain JSON. */
export function toRunReport(
  trained: readonly TrainedHead[],
  seconds: Record<string, number>,
  counts: RunReport['counts'],
): RunReport {
  return { heads: Object.fromEntries(trained.map(({ name, evaluations }) => [name, evaluations])), seconds, counts };
}
