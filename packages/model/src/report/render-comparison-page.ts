import { renderComparisonChart, type ComparedFigure } from './charts/comparison-chart.ts';
import { formatCount, formatFigure } from './format.ts';
import { html, type Html } from './html.ts';
import { renderPageFrame } from './page-frame.ts';

/** One of those that are compared. */
export interface ComparedVariant {
  readonly name: string;
  /** How it works: `nli, ./model`. */
  readonly description: string;
  readonly textsPerSecond: number;
}

/** What all variants were measured on. */
export interface ComparedSet {
  readonly name: string;
  readonly rows: number | undefined;
  readonly labels: number | undefined;
  /** For each figure of the comparison: what always answering with the most frequent label gives. */
  readonly baseline: readonly number[];
  /** `[variants][figures]` */
  readonly figures: readonly (readonly ComparedFigure[])[];
}

/** Variants side by side on sets. */
export interface ComparisonReportInput {
  readonly title: string;
  readonly variants: readonly ComparedVariant[];
  /** Names of figures; the first is drawn, all are in tables. */
  readonly figureNames: readonly string[];
  readonly sets: readonly ComparedSet[];
  /** The mean over all sets. */
  readonly mean: ComparedSet;
}

/** A comparison as one HTML file without scripts. All text is escaped. */
export function renderComparisonPage(input: ComparisonReportInput): string {
  const { title, variants, sets, mean } = input;
  const shown = sets.length > 1 ? [mean, ...sets] : sets;
  const content = html`<p class="muted">
      ${variants.length === 1 ? 'One variant' : `${variants.length} variants`} on
      ${sets.length === 1 ? 'one set' : `${sets.length} sets`} of labelled texts. Bars are
      ${input.figureNames[0] ?? ''}; whiskers hold 95 in 100 of the figures of rows drawn anew, and the dashed line is
      what always answering with the most frequent label gives.
    </p>
    <section>
      <h3>Variants</h3>
      ${renderVariants(variants)}
    </section>
    ${shown.map((set) => renderSet(set, input))}
    <footer class="muted small">Made by Polyhead.</footer>`;
  return renderPageFrame({ title, content });
}

function renderVariants(variants: readonly ComparedVariant[]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Variant</th>
          <th>How</th>
          <th class="number">Texts a second</th>
        </tr>
      </thead>
      <tbody>
        ${variants.map(
          ({ name, description, textsPerSecond }) =>
            html`<tr>
              <td>${name}</td>
              <td>${description}</td>
              <td class="number">${formatFigure(textsPerSecond)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderSet(set: ComparedSet, { variants, figureNames }: ComparisonReportInput): Html {
  const bars = variants.flatMap(({ name }, place) => {
    const figure = set.figures[place]?.[0];
    return figure === undefined ? [] : [{ name, figure }];
  });
  const size = set.rows === undefined ? '' : `${formatCount(set.rows)} texts, ${formatCount(set.labels)} labels`;
  return html`<section class="head">
    <div class="title">
      <h2>${set.name}</h2>
      <span class="muted">${size}</span>
    </div>
    <figure>${renderComparisonChart(`${figureNames[0] ?? ''} on ${set.name}`, bars, set.baseline[0] ?? 0)}</figure>
    <details>
      <summary>All figures as a table</summary>
      ${renderFigures(set, { variants, figureNames })}
    </details>
  </section>`;
}

function renderFigures(
  set: ComparedSet,
  { variants, figureNames }: Pick<ComparisonReportInput, 'variants' | 'figureNames'>,
): Html {
  const row = (name: string, cells: readonly string[]): Html =>
    html`<tr>
      <td>${name}</td>
      ${cells.map((cell) => html`<td class="number">${cell}</td>`)}
    </tr> `;
  const interval = ({ value, low, high }: ComparedFigure): string =>
    `${formatFigure(value)} [${formatFigure(low)}, ${formatFigure(high)}]`;
  return html`<div class="scroll">
    <table class="narrow">
      <thead>
        <tr>
          <th>Variant</th>
          ${figureNames.map((name) => html`<th class="number">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${row('most frequent label', set.baseline.map(formatFigure))}
        ${variants.map(({ name }, place) => row(name, (set.figures[place] ?? []).map(interval)))}
      </tbody>
    </table>
  </div>`;
}
