import { splitNames, toEvaluationView, type EvaluationView, type FigureSet, type SplitName } from '../evaluation.ts';
import type { StoredEvaluations } from '../metrics-file.ts';
import { formatCount, formatFigure, formatName } from './format.ts';
import { html, type Html } from './html.ts';

/** The evaluations of a head, taken apart. */
export type HeadViews = Readonly<Partial<Record<SplitName, EvaluationView>>>;

/** The evaluations of a head in the form that tables and charts take. */
export function toHeadViews(evaluation: StoredEvaluations | undefined): HeadViews {
  return {
    ...(evaluation?.validation === undefined ? {} : { validation: toEvaluationView(evaluation.validation) }),
    ...(evaluation?.test === undefined ? {} : { test: toEvaluationView(evaluation.test) }),
  };
}

/** One column of a table of figures. */
export interface FigureColumn {
  readonly split: SplitName;
  /** `at 0.5` or how it was tuned, where both exist. */
  readonly variant: string | undefined;
  readonly rows: number | undefined;
  readonly figures: Readonly<Record<string, number | null>>;
}

const order = [
  'accuracy',
  'balanced_accuracy',
  'macro_f1',
  'micro_f1',
  'weighted_f1',
  'samples_f1',
  'samples_precision',
  'samples_recall',
  'macro_precision',
  'macro_recall',
  'micro_precision',
  'micro_recall',
  'weighted_precision',
  'weighted_recall',
  'top_3_accuracy',
  'hamming_loss',
  'mcc',
  'kappa',
  'roc_auc_macro',
  'average_precision_macro',
  'coverage',
  'answered_accuracy',
  'log_loss',
  'log_loss_uncalibrated',
  'brier',
  'ece',
  'ece_uncalibrated',
];

/** Split by split; a multi-label split with tuned thresholds gives a column at 0.5 and one with them. */
export function toFigureColumns(views: HeadViews): FigureColumn[] {
  return splitNames.flatMap((split) => {
    const view = views[split];
    if (view === undefined) return [];
    const column = (variant: string | undefined, set: FigureSet): FigureColumn => ({
      split,
      variant,
      rows: view.rows,
      figures: { ...view.figures, ...set.figures },
    });
    if (view.atHalf === undefined) return [column(undefined, view)];
    if (view.tuned === undefined) return [column('at 0.5', view.atHalf)];
    return [column('at 0.5', view.atHalf), column(describeTuning(split), view.tuned)];
  });
}

/** Thresholds are tuned on the validation rows, so that figures of the same rows are better than those of new ones will be. */
function describeTuning(split: SplitName): string {
  return split === 'validation' ? 'tuned on these rows' : 'tuned';
}

/** The split that figures are shown of: test if there is one. `title` says so, and if they are of rows tuned on. */
export function findShown(views: HeadViews): { title: string; split: SplitName; view: EvaluationView } | undefined {
  const split = views.test === undefined ? 'validation' : 'test';
  const view = views[split];
  if (view === undefined) return undefined;
  const tuned = view.tuned !== undefined && split === 'validation';
  return { title: tuned ? `${split}, ${describeTuning(split)}` : split, split, view };
}

/** The names of all figures of the columns: the usual ones first, then the others as they come. */
export function figureNames(columns: readonly FigureColumn[]): string[] {
  const present = new Set(columns.flatMap(({ figures }) => Object.keys(figures)));
  return [...order.filter((name) => present.has(name)), ...[...present].filter((name) => !order.includes(name))];
}

/** All figures of a head, side by side. */
export function renderFigureTable(views: HeadViews): Html | undefined {
  const columns = toFigureColumns(views);
  if (columns.length === 0) return undefined;
  return html`<div class="scroll">
    <table class="narrow">
      <thead>
        <tr>
          <th>Figure</th>
          ${columns.map(columnHeader)}
        </tr>
      </thead>
      <tbody>
        ${figureNames(columns).map(
          (name) =>
            html`<tr>
              <td class="label">${formatName(name)}</td>
              ${columns.map(({ figures }) => html`<td class="number">${formatFigure(figures[name])}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function columnHeader({ split, variant, rows }: FigureColumn): Html {
  return html`<th class="number">
    ${formatName(split)}${variant !== undefined && html`<br />${variant}`}<br /><span class="small"
      >${formatCount(rows)} rows</span
    >
  </th>`;
}

/** The figures that matter first: of the test split if there is one, with their value at 0.5 as a note. */
export function renderTiles(views: HeadViews): Html | undefined {
  const found = findShown(views);
  if (found === undefined) return undefined;
  const { split, view } = found;
  const shown = { ...view.figures, ...view.tuned?.figures };
  const names = headlineNames(view).filter((name) => typeof shown[name] === 'number');
  return html`<div class="tiles">
    ${names.map((name) => {
      const half = view.tuned === undefined ? undefined : view.atHalf?.figures[name];
      const note = half === undefined ? split : `${split}, ${describeTuning(split)}; ${formatFigure(half)} at 0.5`;
      return html`<div class="tile">
        <div class="name">${formatName(name)}</div>
        <div class="value">${formatFigure(shown[name])}</div>
        <div class="note">${note}</div>
      </div>`;
    })}
  </div>`;
}

/** At most five figures that sum a head up. */
export function headlineNames(view: EvaluationView): string[] {
  if (view.task === 'single-label') {
    const many = Object.keys(view.perLabel).length > 3;
    return ['accuracy', 'macro_f1', 'weighted_f1', ...(many ? ['top_3_accuracy'] : ['mcc']), 'ece'];
  }
  if (view.task === 'multi-label')
    return ['macro_f1', 'micro_f1', 'weighted_f1', 'average_precision_macro', 'accuracy'];
  return ['mae', 'rmse', 'r2', 'spearman'];
}
