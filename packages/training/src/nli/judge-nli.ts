import { evaluateSingleLabel, type SingleLabelEvaluation } from '@polyhead/metrics';
import { logSumExp, softmaxRows } from '@polyhead/numerics';
import type { Matrix } from '@polyhead/types';
import type { Judgement } from '../finetune/loop/training-state.ts';
import { anyButEntailment, placeOfOutput } from './nli-examples.ts';

/** The figures of every set of pairs, by its name. */
export type NliEvaluations = Readonly<Record<string, SingleLabelEvaluation>>;

/** What a classifier says of pairs, and what is right. */
interface JudgedPairs {
  /** Names of the outputs. */
  readonly labels: readonly string[];
  /** `[pairs]`: the outputs that are right. */
  readonly classes: Int32Array;
  /** `[pairs, outputs]` */
  readonly logits: Matrix;
}

/**
 * Measures what a classifier says of pairs. Where some are only known not to be entailment, all are judged by two classes:
 * the probability of not_entailment is that of all other outputs together.
 * @param labels names of its outputs
 * @param classes `[pairs]`: the outputs that are right, or `anyButEntailment`
 * @param logits `[pairs, outputs]`
 */
export function evaluatePairs(labels: readonly string[], classes: Int32Array, logits: Matrix): SingleLabelEvaluation {
  const given = { labels, classes, logits };
  const judged = classes.includes(anyButEntailment) ? joinOtherOutputs(given) : given;
  const { rows, columns } = judged.logits;
  const data = judged.logits.data.slice();
  softmaxRows(data, rows, columns);
  return evaluateSingleLabel({
    targets: { task: 'single-label', labels: judged.labels, classIndices: judged.classes },
    scores: { data, rows, columns },
  });
}

/** The softmax of the entailment logit and the log-sum-exp of the others has the same probability of entailment. */
function joinOtherOutputs({ labels, classes, logits }: JudgedPairs): JudgedPairs {
  const entailment = placeOfOutput(labels, 'entailment');
  const { rows, columns } = logits;
  const data = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row += 1) {
    const outputs = Array.from(logits.data.subarray(row * columns, (row + 1) * columns));
    data[row * 2] = outputs[entailment] ?? 0;
    data[row * 2 + 1] = logSumExp(outputs.filter((_, output) => output !== entailment));
  }
  return {
    labels: ['entailment', 'not_entailment'],
    classes: classes.map((output) => (output === entailment ? 0 : 1)),
    logits: { data, rows, columns: 2 },
  };
}

/** What training goes by: the mean over sets of macro F1. */
export function toJudgement(evaluations: NliEvaluations): Judgement {
  const entries = Object.entries(evaluations);
  const figures = entries.flatMap(([name, { accuracy, macro_f1 }]): [string, number][] => [
    [`${name}.accuracy`, accuracy],
    [`${name}.macro_f1`, macro_f1],
  ]);
  const score = entries.reduce((sum, [, { macro_f1 }]) => sum + macro_f1, 0) / Math.max(1, entries.length);
  return { score, figures: Object.fromEntries(figures), report: { ...evaluations } };
}
