import type { Mistake } from '@polyhead/model';
import { applyActivation } from '@polyhead/heads';
import { findConfidentMistakes } from '@polyhead/metrics';
import type { FittedHead, HeadThresholds, LabeledTexts, Matrix, Targets } from '@polyhead/types';
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

/** Rows that a head was not fitted on, by which thresholds and the like are chosen. */
export interface HeldOutRows {
  readonly targets: Targets;
  /** `[rows, labels]` */
  readonly logits: Matrix;
  /** Where they come from, for people. */
  readonly source: string;
}

/** A fitted head and the rows that it is measured on. */
export interface MeasureHeadInput {
  readonly name: string;
  readonly config: Omit<HeadConfig, 'data'>;
  readonly data: HeadData;
  readonly embeddings: TextEmbeddings;
  readonly fitted: FittedHead;
  /** What is taken where there are no validation rows. @default nothing is tuned then */
  readonly heldOut?: HeldOutRows | undefined;
}

const mistakeCount = 20;

/** Tunes thresholds on the validation rows, and measures the head on validation and test. */
export function measureHead(input: MeasureHeadInput, listeners: TrainingListeners): TrainedHead {
  const { name, config, data, embeddings, fitted } = input;
  const thresholds = chooseThresholds(input);
  const evaluations: TrainedHead['evaluations'] = {};
  let mistakes: Mistake[] = [];
  for (const part of ['validation', 'test'] as const) {
    const rows = data[part];
    if (rows === undefined) continue;
    const scores = scoreEmbeddings(fitted, embeddings.select(rows.texts));
    evaluations[part] = evaluateScores(rows.targets, scores, thresholds?.tuned);
    mistakes = collectMistakes(rows, scores, thresholds);
  }
  listeners.onHeadTrained?.(name, evaluations);
  return { name, fitted, thresholds, displayNames: config.displayNames, evaluations, mistakes };
}

function chooseThresholds(input: MeasureHeadInput): HeadThresholds | undefined {
  const { config, fitted } = input;
  const rows = fitted.task === 'multi-label' && config.thresholds.tune ? findHeldOutRows(input) : undefined;
  if (rows?.targets.task !== 'multi-label') return undefined;
  const { metric } = config.thresholds;
  return tuneHeadThresholds(rows.targets, applyActivation(rows.logits, fitted.activation), {
    metric,
    source: rows.source,
  });
}

function findHeldOutRows({ data, embeddings, fitted, heldOut }: MeasureHeadInput): HeldOutRows | undefined {
  const { validation, validationSource } = data;
  if (validation === undefined) return heldOut;
  const logits = fitted.logits(embeddings.select(validation.texts));
  return { targets: validation.targets, logits, source: `validation rows: ${validationSource}` };
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
