import { z } from 'zod';
import type { MultiLabelEvaluation, RegressionEvaluation, SingleLabelEvaluation } from '@polyhead/metrics';
import type { JsonObject, JsonValue, Task } from '@polyhead/types';

/** The figures of a head on one split: what @polyhead/metrics computes, or the same read back from metrics.json. */
export type Evaluation = SingleLabelEvaluation | MultiLabelEvaluation | RegressionEvaluation | JsonObject;

/** The figures of a head, split by split. */
export interface HeadEvaluations {
  readonly validation?: Evaluation | undefined;
  readonly test?: Evaluation | undefined;
}

/** The splits in the order in which they are shown. */
export const splitNames: readonly ['validation', 'test'] = ['validation', 'test'];
export type SplitName = (typeof splitNames)[number];

/** Any value as JSON.stringify sees it: undefined fields are gone and not-finite numbers are null. */
export function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

const figure = z.number().nullable().catch(null);
const labelFigures = z.object({
  precision: figure.optional(),
  recall: figure.optional(),
  f1: figure.optional(),
  support: figure.optional(),
  threshold: figure.optional(),
});
const perLabel = z.record(z.string(), labelFigures);
const confusion = z.object({ labels: z.array(z.string()), counts: z.array(z.array(z.number())) });
const taskName = z.enum(['single-label', 'multi-label', 'regression']);

/** Precision, recall, F1 and the number of rows of one label; null where undefined. */
export interface LabelFigures {
  readonly precision?: number | null | undefined;
  readonly recall?: number | null | undefined;
  readonly f1?: number | null | undefined;
  readonly support?: number | null | undefined;
  readonly threshold?: number | null | undefined;
}

/** Rows are the truth, columns the prediction. */
export interface ConfusionMatrix {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Figures that hold for one set of thresholds. */
export interface FigureSet {
  /** Every plain number, by its name in snake_case; null where undefined. */
  readonly figures: Readonly<Record<string, number | null>>;
  readonly perLabel: Readonly<Record<string, LabelFigures>>;
}

/** An evaluation taken apart for people: card and report are made from it. Fields that it lacks are empty. */
export interface EvaluationView extends FigureSet {
  readonly task: Task | undefined;
  readonly rows: number | undefined;
  readonly confusion: ConfusionMatrix | undefined;
  /** Multi-label only. */
  readonly atHalf: FigureSet | undefined;
  /** Multi-label only. */
  readonly tuned: FigureSet | undefined;
}

/** Takes an evaluation apart. Lenient: a field that is not what it should be is left out, since reports must not fail. */
export function toEvaluationView(evaluation: Evaluation): EvaluationView {
  const json = toJson(evaluation);
  const matrix = confusion.safeParse(json['confusion_matrix']);
  return {
    ...toFigureSet(json),
    task: taskName.safeParse(json['task']).data,
    rows: z.number().safeParse(json['rows']).data,
    confusion: matrix.success && isSquare(matrix.data) ? matrix.data : undefined,
    atHalf: toOptionalFigureSet(json['at_0.5']),
    tuned: toOptionalFigureSet(json['tuned']),
  };
}

function isSquare({ labels, counts }: ConfusionMatrix): boolean {
  return counts.length === labels.length && counts.every((row) => row.length === labels.length);
}

function toOptionalFigureSet(value: JsonValue | undefined): FigureSet | undefined {
  return value === null || typeof value !== 'object' || Array.isArray(value)
    ? undefined
    : toFigureSet(value as JsonObject);
}

function toFigureSet(json: JsonObject): FigureSet {
  const figures = Object.entries(json).filter(
    (entry): entry is [string, number | null] =>
      entry[0] !== 'rows' && (typeof entry[1] === 'number' || entry[1] === null),
  );
  return { figures: Object.fromEntries(figures), perLabel: perLabel.safeParse(json['per_label']).data ?? {} };
}
