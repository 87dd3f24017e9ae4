import type { JsonObject } from '@polyhead/types';
import { findShown, headlineNames, toHeadViews } from './figure-tables.ts';
import { formatFigure, formatName } from './format.ts';
import { headAnchor, renderHeadSection } from './head-section.ts';
import { html, trustedMarkup, type Html, type HtmlPart } from './html.ts';
import { toNumberList, toNumberTable, type NumberTable } from './number-table.ts';
import { renderPageFrame } from './page-frame.ts';
import type { ReportHead, ReportInput } from './report-input.ts';
import { renderTrainingSection } from './training-section.ts';

const shownNumbers = 40;

/**
 * The report as one HTML page that needs nothing else: charts are drawn as SVG, styles are inside, no scripts, nothing is
 * fetched. All text from data is escaped.
 */
export function renderReportPage(input: ReportInput): string {
  const content = html`<p class="muted">
      ${input.heads.length === 1 ? 'One head' : `${input.heads.length} heads`} on the encoder
      <code>${input.encoder.reference}</code>, ${trainingDate(input.heads)}
    </p>
    ${renderOverview(input)} ${input.training !== undefined && renderTrainingSection(input.training)}
    ${input.heads.map(renderHeadSection)}
    <footer class="muted small">
      Thresholds and every other choice are made on validation data; test figures are for looking only. Made by
      Polyhead.
    </footer>`;
  return renderPageFrame({ title: input.title ?? 'Model report', content });
}

function trainingDate(heads: readonly ReportHead[]): string {
  const dates = [...new Set(heads.map(({ manifest }) => manifest.trainedAt.slice(0, 10)))].sort();
  return `${dates.length > 1 ? 'last ' : ''}trained on ${dates.at(-1) ?? ''}`;
}

function renderOverview({ encoder, heads, seconds, counts }: ReportInput): Html {
  const facts: readonly (readonly [string, string])[] = [
    [
      'Embedding',
      `${encoder.dimension} numbers, ${encoder.pooling} pooling${encoder.normalized ? ', normalised' : ''}`,
    ],
    [
      'Longest text',
      `${encoder.maximumLength} tokens${encoder.longText === 'windows' ? ', longer ones in windows' : ''}`,
    ],
    ...(encoder.prompt === '' ? [] : [['Prompt', encoder.prompt] as const]),
    ...(encoder.license === undefined ? [] : [['Licence of the encoder', encoder.license] as const]),
    ['Digest', encoder.digest.slice(0, 16)],
  ];
  return html`<section>
    <div class="columns">
      <div>
        <h3>Heads</h3>
        ${renderHeadTable(heads)}
      </div>
      <div>
        <h3>Encoder</h3>
        ${definitions(facts)}
      </div>
      ${renderNumbers('Data', counts)} ${renderNumbers('Seconds', seconds)}
    </div>
  </section>`;
}

function renderHeadTable(heads: readonly ReportHead[]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Head</th>
          <th>Task</th>
          <th class="number">Labels</th>
          <th>Headline</th>
        </tr>
      </thead>
      <tbody>
        ${heads.map(
          (head) =>
            html`<tr>
              <td class="label"><a href="#${headAnchor(head.manifest.name)}">${head.manifest.name}</a></td>
              <td class="label">${head.manifest.task}</td>
              <td class="number">${head.manifest.labels.length}</td>
              <td>${headline(head)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function headline(head: ReportHead): string {
  const found = findShown(toHeadViews(head.evaluation));
  if (found === undefined) return 'not evaluated';
  const { title, view } = found;
  const figures = { ...view.figures, ...view.tuned?.figures };
  const shown = headlineNames(view)
    .filter((name) => typeof figures[name] === 'number')
    .slice(0, 2);
  return `${shown.map((name) => `${formatName(name)} ${formatFigure(figures[name])}`).join(', ')} (${title})`;
}

function renderNumbers(title: string, value: JsonObject): HtmlPart {
  const table = toNumberTable(value);
  const list = toNumberList(value).slice(0, shownNumbers);
  if (list.length === 0) return undefined;
  return html`<div${table !== undefined && trustedMarkup(' class="wide"')}>
    <h3>${title}</h3>
    ${table === undefined ? definitions(list) : renderNumberTable(table)}
  </div>`;
}

function renderNumberTable({ columns, rows }: NumberTable): Html {
  return html`<div class="scroll">
    <table class="fitted">
      <thead>
        <tr>
          <th>Head</th>
          ${columns.map((column) => html`<th class="number">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ name, cells }) =>
            html`<tr>
              <td class="label">${name}</td>
              ${cells.map((cell) => html`<td class="number">${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function definitions(entries: readonly (readonly [string, string])[]): Html {
  return html`<dl>
    ${entries.map(
      ([name, text]) =>
        html`<dt>${name}</dt>
          <dd>${text}</dd>`,
    )}
  </dl>`;
}
