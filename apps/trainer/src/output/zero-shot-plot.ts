import type { ComparedSet, ComparisonReportInput } from '@polyhead/model';
import {
  figureNames,
  type EstimatedFigure,
  type EvaluationManifest,
  type EvaluationVariant,
  type FigureName,
  type ZeroShotEvaluation,
} from '@polyhead/zero-shot';

const titles: Readonly<Record<FigureName, string>> = {
  macro_f1: 'macro F1',
  balanced_accuracy: 'balanced accuracy',
  accuracy: 'accuracy',
};

type Figures = Readonly<Record<FigureName, EstimatedFigure>>;

/** A zero-shot evaluation as a page with charts takes it. */
export function toComparisonReport(
  { sets, cells, means }: ZeroShotEvaluation,
  { variants }: Pick<EvaluationManifest, 'variants'>,
): ComparisonReportInput {
  const toList = (figures: Figures | undefined): EstimatedFigure[] =>
    figures === undefined ? [] : figureNames.map((name) => figures[name]);
  const find = (set: string, variant: string): Figures | undefined =>
    cells.find((cell) => cell.set === set && cell.variant === variant)?.figures;
  const compared = sets.map(({ set, rows, labels, figures }): ComparedSet => ({
    name: set,
    rows,
    labels,
    baseline: figureNames.map((name) => figures[name]),
    figures: means.map(({ variant }) => toList(find(set, variant))),
  }));
  const mean: ComparedSet = {
    name: 'Mean over all sets',
    rows: undefined,
    labels: undefined,
    baseline: figureNames.map((name) => sets.reduce((sum, { figures }) => sum + figures[name], 0) / sets.length),
    figures: means.map(({ figures }) => toList(figures)),
  };
  return {
    title: 'Zero-shot evaluation',
    variants: means.map(({ variant, texts_per_second }) => ({
      name: variant,
      description: describe(variants.find(({ name }) => name === variant)),
      textsPerSecond: texts_per_second,
    })),
    figureNames: figureNames.map((name) => titles[name]),
    sets: compared,
    mean,
  };
}

function describe(variant: EvaluationVariant | undefined): string {
  if (variant === undefined) return '';
  const { method, model, encoder, labels, templates } = variant;
  const sentences = typeof templates === 'string' ? [templates] : (templates ?? []);
  const parts = [method, model, encoder, labels === 'plain' ? 'label names' : undefined, ...sentences];
  return parts.filter((part) => part !== undefined).join(', ');
}
