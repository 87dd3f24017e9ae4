import type { Mistake } from '@polyhead/model';
import { findConfidentMistakes } from '@polyhead/metrics';
import type { FittedHead, HeadThresholds, LabeledTexts, Matrix } from '@polyhead/types';
import type { HeadConfig } from '../config/training-config.ts';
import type { HeadData, SplitName } from '../data/head-data.ts';
import type { TextEmbeddings } from '../data/text-embeddings.ts';
import type { TrainingListeners } from '../training-events.ts';
import { evaluateScores, scoreEmbeddings, type Evaluation } from './evaluate-scores.ts';
import { tuneHeadThresholds } from './tune-thresholds.ts';

/** A fitted head with everything that is known about it. */
export interface TrainedHead {
  readonly name: string;
  readonly fitted: FittedHead;
  readonly thresholds: HeadThresholds | undefined;
  readonly displayNames: Readonly<Record<string, string>> | undefined;
  readonly evaluations: Partial<Record<Exclude<SplitName, 'train'>, Evaluation>>;
  /** Examples most confidently wrong, of the test rows or else of the validation rows. */
  readonly mistakes: readonly Mistake[];
}

/** A fitted head and the rows that it is measured on. */
export interface MeasureHeadInput {
  readonly name: string;
  readonly config: HeadConfig;
  readonly data: HeadData;
  readonly embeddings: TextEmbeddings;
  readonly fitted: FittedHead;
}

const mistakeCount = 20;

/** Tunes thresholds on the validation rows, and measures the head on validation and test. */
export function measureHead(input: MeasureHeadInput, listeners: TrainingListeners): TrainedHead {
  const { name, config, data, embeddings, fitted } = input;
  const scores = scoreEmbeddings(fitted, embeddings.select(data.validation.texts));
  const thresholds =
    data.validation.targets.task === 'multi-label' && config.thresholds.tune
      ? tuneHeadThresholds(data.validation.targets, scores, {
          metric: config.thresholds.metric,
          source: data.validationSource,
        })
      : undefined;
  const evaluations: TrainedHead['evaluations'] = {
    validation: evaluateScores(data.validation.targets, scores, thresholds?.tuned),
  };
  let shown = { rows: data.validation, scores };
  if (data.test !== undefined) {
    const testScores = scoreEmbeddings(fitted, embeddings.select(data.test.texts));
    evaluations.test = evaluateScores(data.test.targets, testScores, thresholds?.tuned);
    shown = { rows: data.test, scores: testScores };
  }
  listeners.onHeadTrained?.(name, evaluations);
  const mistakes = collectMistakes(shown.rows, shown.scores, thresholds);
  return { name, fitted, thresholds, displayNames: config.displayNames, evaluations, mistakes };
}

function collectMistakes(rows: LabeledTexts, scores: Matrix, thresholds: HeadThresholds | undefined): Mistake[] {
  if (rows.targets.task === 'regression') return [];
  return findConfidentMistakes(rows.targets, scores, { count: mistakeCount, thresholds: thresholds?.tuned }).map(
    (mistake) => ({
      text: rows.texts[mistake.row] ?? '',
      truth: joinLabels(mistake.truth),
      predicted: joinLabels(mistake.predicted),
      label: mistake.label,
      score: mistake.score,
    }),
  );
}

function joinLabels(labels: readonly string[]): string {
  return labels.length === 0 ? 'no label' : labels.join(', ');
}
