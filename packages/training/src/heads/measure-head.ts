import type { Mistake } from '@polyhead/model';
import { scoreLogits } from '@polyhead/heads';
import { findConfidentMistakes } from '@polyhead/metrics';
import type {
  FittedHead,
  HeadAbstention,
  HeadCalibration,
  HeadThresholds,
  LabeledTexts,
  Matrix,
} from '@polyhead/types';
import type { HeadConfig } from '../config/training-config.ts';
import type { HeadData, SplitName } from '../data/head-data.ts';
import type { TextEmbeddings } from '../data/text-embeddings.ts';
import type { TrainingListeners } from '../training-events.ts';
import { decideAbstention } from './abstention.ts';
import { calibrateHead } from './calibrate-head.ts';
import { evaluateHead, type Evaluation } from './evaluate-scores.ts';
import type { HeldOutRows } from './held-out-rows.ts';
import { tuneHeadThresholds } from './tune-thresholds.ts';

/** A fitted head with everything that is known about it. */
export interface TrainedHead {
  readonly name: string;
  readonly fitted: FittedHead;
  readonly calibration: HeadCalibration | undefined;
  readonly thresholds: HeadThresholds | undefined;
  readonly abstention: HeadAbstention | undefined;
  readonly displayNames: Readonly<Record<string, string>> | undefined;
  readonly evaluations: Partial<Record<Exclude<SplitName, 'train'>, Evaluation>>;
  /** Examples most confidently wrong, of the test rows or else of the validation rows. */
  readonly mistakes: readonly Mistake[];
}

/** A fitted head and the rows that it is measured on. */
export interface MeasureHeadInput {
  readonly name: string;
  readonly config: Omit<HeadConfig, 'data'>;
  readonly data: HeadData;
  readonly embeddings: TextEmbeddings;
  readonly fitted: FittedHead;
  /** What is taken where there are no validation rows. @default nothing is calibrated or tuned then */
  readonly heldOut?: HeldOutRows | undefined;
}

const mistakeCount = 20;

/** Calibrates the head, tunes thresholds and chooses when it abstains on held-out rows; measures it on validation and test. */
export function measureHead(input: MeasureHeadInput, listeners: TrainingListeners): TrainedHead {
  const { name, config, data, embeddings, fitted } = input;
  const parts = (['validation', 'test'] as const).flatMap((part) => {
    const rows = data[part];
    return rows === undefined ? [] : [{ part, rows, logits: fitted.logits(embeddings.select(rows.texts)) }];
  });
  const validation = parts.find(({ part }) => part === 'validation');
  const heldOut = validation === undefined ? input.heldOut : toHeldOutRows(data, validation);
  const head = { fitted, ...decide(input, heldOut, listeners) };
  const evaluations: TrainedHead['evaluations'] = {};
  let mistakes: Mistake[] = [];
  for (const { part, rows, logits } of parts) {
    const { scores, evaluation } = evaluateHead(head, { targets: rows.targets, logits });
    evaluations[part] = evaluation;
    mistakes = collectMistakes(rows, scores, head.thresholds);
  }
  listeners.onHeadTrained?.(name, evaluations);
  return { name, ...head, displayNames: config.displayNames, evaluations, mistakes };
}

function toHeldOutRows(
  { validationSource }: HeadData,
  { rows, logits }: { readonly rows: LabeledTexts; readonly logits: Matrix },
): HeldOutRows {
  return { targets: rows.targets, logits, source: `validation rows: ${validationSource}` };
}

/** The choices that are made on held-out rows, one upon the other: thresholds and abstention need calibrated scores. */
function decide(
  { name, config, fitted }: MeasureHeadInput,
  heldOut: HeldOutRows | undefined,
  listeners: TrainingListeners,
): Pick<TrainedHead, 'calibration' | 'thresholds' | 'abstention'> {
  const { calibrate, abstain, thresholds: tuning } = config;
  if (heldOut === undefined) {
    const abstention = decideAbstention(abstain, undefined, listeners);
    return { calibration: undefined, thresholds: undefined, abstention };
  }
  const { targets, logits, source } = heldOut;
  const calibration = calibrate ? calibrateHead(fitted, heldOut) : undefined;
  const scores = scoreLogits(logits, fitted, calibration?.temperature);
  const thresholds =
    targets.task === 'multi-label' && tuning.tune
      ? tuneHeadThresholds(targets, scores, { metric: tuning.metric, source })
      : undefined;
  const abstention = decideAbstention(abstain, { head: name, targets, scores }, listeners);
  return { calibration, thresholds, abstention };
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
