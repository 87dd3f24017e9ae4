import type { Evaluation } from '@polyhead/training';
import { formatTable, type Cell } from './table.ts';

interface Row {
  readonly split: string;
  readonly figures: Readonly<Record<string, Cell>>;
}

const multiLabelFigures = (figures: {
  macro_f1: Cell;
  micro_f1: Cell;
  weighted_f1: Cell;
  accuracy: Cell;
}): Row['figures'] => ({
  'macro F1': figures.macro_f1,
  'micro F1': figures.micro_f1,
  'weighted F1': figures.weighted_f1,
  'all labels right': figures.accuracy,
});

function toRows(split: string, evaluation: Evaluation): Row[] {
  switch (evaluation.task) {
    case 'single-label':
      return [
        {
          split,
          figures: {
            rows: evaluation.rows,
            accuracy: evaluation.accuracy,
            'macro F1': evaluation.macro_f1,
            'weighted F1': evaluation.weighted_f1,
            'log loss': evaluation.log_loss,
            ECE: evaluation.ece,
            ...(evaluation.ece_uncalibrated === undefined ? {} : { 'ECE before': evaluation.ece_uncalibrated }),
            ...(evaluation.coverage === undefined
              ? {}
              : { answered: evaluation.coverage, 'accuracy of these': evaluation.answered_accuracy }),
          },
        },
      ];
    case 'multi-label': {
      const untuned = {
        split: `${split}, cut at 0.5`,
        figures: { rows: evaluation.rows, ...multiLabelFigures(evaluation['at_0.5']) },
      };
      if (evaluation.tuned === undefined) return [untuned];
      const tuned = split === 'validation' ? 'tuned on these rows' : 'tuned';
      return [
        untuned,
        { split: `${split}, ${tuned}`, figures: { rows: evaluation.rows, ...multiLabelFigures(evaluation.tuned) } },
      ];
    }
    case 'regression':
      return [
        {
          split,
          figures: {
            rows: evaluation.rows,
            RMSE: evaluation.rmse,
            MAE: evaluation.mae,
            R2: evaluation.r2,
            Spearman: evaluation.spearman,
          },
        },
      ];
  }
}

/** One table with a row a split (two for tuned thresholds). */
export function formatEvaluations(evaluations: Readonly<Partial<Record<string, Evaluation>>>): string {
  const rows = Object.entries(evaluations).flatMap(([split, evaluation]) =>
    evaluation === undefined ? [] : toRows(split, evaluation),
  );
  const names = Object.keys(rows[0]?.figures ?? {});
  return formatTable(
    ['', ...names],
    rows.map(({ split, figures }) => [split, ...names.map((name) => figures[name])]),
  );
}
