import { evaluateRegression, evaluateSingleLabel } from '@polyhead/metrics';
import { PolyheadError, type Matrix, type Targets } from '@polyhead/types';
import { assertMultiLabel, emotionFigures } from '../emotion-figures.ts';

/** Figures by their headings. */
export type Figures = Readonly<Record<string, number>>;

/** What a head says about a split, and what is true. */
export interface Scored {
  readonly targets: Targets;
  /** `[rows, labels]` after the activation. */
  readonly scores: Matrix;
}

/**
 * The figures of a head on test data.
 * @param validation a multi-label head's thresholds are tuned on it
 */
export function toFigures(test: Scored, validation: Scored | undefined): Figures {
  const { targets, scores } = test;
  switch (targets.task) {
    case 'single-label': {
      const { accuracy, macro_f1: macroF1, micro_f1: microF1 } = evaluateSingleLabel({ targets, scores });
      return { accuracy, 'macro F1': macroF1, 'micro F1': microF1 };
    }
    case 'multi-label': {
      if (validation === undefined) {
        throw new PolyheadError('INVALID_ARGUMENT', { message: 'There is no validation data to tune thresholds on.' });
      }
      const tunedOn = { targets: assertMultiLabel(validation.targets), scores: validation.scores };
      const { macroAtHalf, microAtHalf, macroTuned, microTuned } = emotionFigures(tunedOn, { targets, scores });
      return {
        'macro F1 at 0.5': macroAtHalf,
        'micro F1 at 0.5': microAtHalf,
        'macro F1 tuned': macroTuned,
        'micro F1 tuned': microTuned,
      };
    }
    case 'regression': {
      const { r2, mae, spearman } = evaluateRegression({ targets, values: Float64Array.from(scores.data) });
      return { 'R²': r2 ?? NaN, 'mean absolute error': mae, Spearman: spearman ?? NaN };
    }
  }
}

/** The mean of each figure over several runs. */
export function meanFigures(runs: readonly Figures[]): Figures {
  const [first = {}] = runs;
  const mean = (name: string): number => runs.reduce((sum, run) => sum + (run[name] ?? NaN), 0) / runs.length;
  return Object.fromEntries(Object.keys(first).map((name) => [name, mean(name)]));
}
