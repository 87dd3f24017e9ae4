import type { EstimatedFigure, EvaluationCell, FigureName, ZeroShotEvaluation } from '@polyhead/zero-shot';
import { formatTable } from './table.ts';

/** Variants side by side: macro F1 a set with its interval, then the means over all sets. */
export function formatZeroShotEvaluation({ sets, cells, means }: ZeroShotEvaluation): string {
  const header = ['macro F1 [95 %]', 'rows', 'labels', 'majority', ...means.map(({ variant }) => variant)];
  const find = (set: string, variant: string): EvaluationCell | undefined =>
    cells.find((cell) => cell.set === set && cell.variant === variant);
  const rows = sets.map(({ set, rows, labels, figures }) => [
    set,
    String(rows),
    String(labels),
    figures.macro_f1.toFixed(3),
    ...means.map(({ variant }) => formatFigure(find(set, variant)?.figures.macro_f1)),
  ]);
  const meanRow = (name: FigureName, title: string): string[] => [
    title,
    '',
    '',
    (sets.reduce((sum, { figures }) => sum + figures[name], 0) / sets.length).toFixed(3),
    ...means.map(({ figures }) => formatFigure(figures[name])),
  ];
  return formatTable(header, [
    ...rows,
    meanRow('macro_f1', 'mean macro F1'),
    meanRow('balanced_accuracy', 'mean balanced accuracy'),
    meanRow('accuracy', 'mean accuracy'),
    ['texts a second', '', '', '', ...means.map((mean) => mean.texts_per_second.toFixed(1))],
  ]);
}

function formatFigure(figure: EstimatedFigure | undefined): string {
  if (figure === undefined) return '-';
  const [value, low, high] = [figure.value, figure.low, figure.high].map((number) => number.toFixed(3));
  return `${value ?? ''} [${low ?? ''}, ${high ?? ''}]`;
}
