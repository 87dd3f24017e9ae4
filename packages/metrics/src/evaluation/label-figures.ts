import type { JsonObject } from '@polyhead/types';
import type { FbetaAverage, FbetaFigures } from '../classification/precision-recall-fbeta.ts';

/** Figures of one label. 0 / 0 counts as 0. */
export interface LabelFigures extends JsonObject {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Examples that truly have the label. */
  readonly support: number;
}

/** Figures of the label at this position. */
export function labelFiguresAt(figures: FbetaFigures, index: number): LabelFigures {
  return {
    precision: figures.precision[index] ?? 0,
    recall: figures.recall[index] ?? 0,
    f1: figures.fbeta[index] ?? 0,
    support: figures.support[index] ?? 0,
  };
}

type AverageName = 'micro' | 'macro' | 'weighted' | 'samples';

/** Precision, recall and F1 under names such as `macro_precision`. */
export type NamedAverage<Name extends AverageName> = Readonly<
  Record<`${Name}_${'precision' | 'recall' | 'f1'}`, number>
>;

/** Spreads an average under its name. */
export function namedAverage<Name extends AverageName>(name: Name, average: FbetaAverage): NamedAverage<Name> {
  const named: Record<string, number> = {
    [`${name}_precision`]: average.precision,
    [`${name}_recall`]: average.recall,
    [`${name}_f1`]: average.fbeta,
  };
  return named as NamedAverage<Name>;
}
