import * as tf from '@tensorflow/tfjs-core';
import { scoreLogits } from '@polyhead/heads';
import {
  hasErrorCode,
  PolyheadError,
  type Encoding,
  type JsonObject,
  type LongOperationOptions,
  type Matrix,
  type Targets,
  type TrainableEncoder,
} from '@polyhead/types';
import { selectMatrixRows } from '../../data/select-matrix-rows.ts';
import type { ThresholdMetric } from '../../config/training-config.ts';
import { evaluateScores, type Evaluation } from '../../heads/evaluate-scores.ts';
import { tuneHeadThresholds } from '../../heads/tune-thresholds.ts';
import { headLogits } from '../heads/head-logits.ts';
import { toFittedHead, type JointHead } from '../heads/joint-head.ts';
import { toTrainingTargets } from '../heads/training-targets.ts';
import type { Judgement } from '../loop/training-state.ts';
import { overallF1, type ScoredHead } from './overall-f1.ts';
import { worstScore, type WatchedScore } from './watched-score.ts';

/** The validation rows of one head. */
export interface ValidationRows {
  readonly head: JointHead;
  /** `[targets]`: places among the validation texts. */
  readonly texts: Int32Array;
  readonly targets: Targets;
  /** Undefined to cut a multi-label head at 0.5. */
  readonly tunedFor: ThresholdMetric | undefined;
}

/** What validation needs. */
export interface ValidateHeadsOptions extends LongOperationOptions {
  readonly encoder: TrainableEncoder;
  /** Distinct validation texts. */
  readonly texts: readonly Encoding[];
  readonly rows: readonly ValidationRows[];
  readonly score: WatchedScore;
}

interface ValidatedHead extends ScoredHead {
  readonly name: string;
  readonly loss: number;
  readonly weighted: number;
  readonly evaluation: Evaluation;
}

/** Figures that go into the history of a head, where its task has them. */
const historyFigures = ['accuracy', 'macro_f1', 'micro_f1', 'r2', 'mae', 'spearman'] as const;

/** Measures all heads on their validation rows, from one encoder pass; multi-label heads at thresholds tuned on these rows. */
export async function validateHeads(options: ValidateHeadsOptions): Promise<Judgement> {
  const { encoder, texts, rows, score, onProgress, signal } = options;
  const embeddings = await encoder.encode(texts, {
    signal,
    onProgress: onProgress === undefined ? undefined : (progress) => onProgress({ ...progress, phase: 'validating' }),
  });
  const heads = rows.map((head) => validateHead(head, embeddings));
  const loss = heads.reduce((sum, { weighted }) => sum + weighted, 0);
  const evaluations = Object.fromEntries(heads.map(({ name, evaluation }) => [name, evaluation]));
  const overall = overallF1(heads);
  return {
    score: score.compute({ evaluations, loss }) ?? worstScore,
    figures: Object.fromEntries([
      ['loss', loss],
      ...(overall === undefined ? [] : Object.entries(overall)),
      ...heads.flatMap(toFigures),
    ]),
    report: { heads: withoutMatrices(evaluations), ...(overall === undefined ? {} : { overall }) },
  };
}

function validateHead({ head, texts, targets, tunedFor }: ValidationRows, embeddings: Matrix): ValidatedHead {
  const rows = selectMatrixRows(embeddings, texts);
  const fitted = toFittedHead(head);
  const loss = lossOf(head, targets, rows);
  const weighted = loss * (head.weight[0] ?? 1);
  try {
    const scores = scoreLogits(fitted.logits(rows), fitted);
    const tuned =
      targets.task === 'multi-label' && tunedFor !== undefined
        ? tuneHeadThresholds(targets, scores, { metric: tunedFor, source: 'validation' })
        : undefined;
    const thresholds = tuned?.tuned;
    const evaluation = evaluateScores(targets, scores, { thresholds });
    return { name: head.name, loss, weighted, evaluation, targets, scores, thresholds };
  } catch (error) {
    if (!hasErrorCode(error, 'NOT_FINITE')) throw error;
    throw new PolyheadError('TRAINING_DIVERGED', {
      message: `The scores of head "${head.name}" on the validation rows are not all finite numbers.`,
      remedy: 'Lower the learning rate, to a tenth for instance.',
      details: { head: head.name },
      cause: error,
    });
  }
}

/** The loss of a head, in the unit that it is trained in. */
function lossOf(head: JointHead, targets: Targets, rows: Matrix): number {
  const { values, width, rank } = toTrainingTargets(targets, head.unit);
  const mean = tf.tidy(() => {
    const inputs = tf.tensor2d(rows.data, [rows.rows, rows.columns]);
    const parameters = Object.entries(head.differentiable.parameters).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape]),
    ]);
    const logits = headLogits(head, inputs, Object.fromEntries(parameters) as Record<string, tf.Tensor>);
    const truth = rank === 1 ? tf.tensor1d(values) : tf.tensor2d(values, [rows.rows, width]);
    return head.loss.compute(logits, truth);
  });
  const [value = Number.NaN] = mean.dataSync();
  mean.dispose();
  return value;
}

/** Confusion matrices of hundreds of labels would swell every checkpoint; the final evaluation has them. */
function withoutMatrices(evaluations: Readonly<Record<string, Evaluation>>): JsonObject {
  const entries = Object.entries(evaluations).map(([name, evaluation]) => {
    const fields = Object.entries(evaluation).filter(([field]) => field !== 'confusion_matrix');
    return [name, Object.fromEntries(fields)] as const;
  });
  return Object.fromEntries(entries);
}

function toFigures({ name, loss, evaluation }: ValidatedHead): [string, number][] {
  const figures = historyFigures.map((figure): [string, unknown] => [`${name}.${figure}`, evaluation[figure]]);
  return [
    [`${name}.loss`, loss],
    ...figures.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  ];
}
