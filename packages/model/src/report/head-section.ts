import type { HeadManifest, Task } from '@polyhead/types';
import { type EvaluationView, type LabelFigures } from '../evaluation.ts';
import { createShownNames, type ShowLabel } from '../label-names.ts';
import type { HeadRecord, Mistake } from '../metrics-file.ts';
import { renderConfusionChart, toConfusedPairs, toReadableMatrix } from './charts/confusion-chart.ts';
import { renderHistoryChart } from './charts/history-chart.ts';
import { maximumBars, renderLabelBarsChart, type LabelBar } from './charts/label-bars-chart.ts';
import { findShown, renderFigureTable, renderTiles, toHeadViews, type HeadViews } from './figure-tables.ts';
import { formatCount, formatFigure, formatName, formatShare, shorten } from './format.ts';
import { html, type Html, type HtmlPart } from './html.ts';
import { showMistakes } from './mistake-names.ts';
import type { ReportHead } from './report-input.ts';

const shownPairs = 15;
const shownMistakes = 20;
const shownTextLength = 400;

/** Everything about one head. */
export function renderHeadSection(head: ReportHead): Html {
  const { manifest, record } = head;
  const views = toHeadViews(head.evaluation);
  const shown = findShown(views);
  const show = createShownNames(manifest);
  return html`<section class="head" id="${headAnchor(manifest.name)}">
    <div class="title">
      <h2>${manifest.name}</h2>
      <span class="muted"
        >${manifest.task}, ${formatCount(manifest.labels.length)} ${manifest.labels.length === 1 ? 'output' : 'labels'},
        ${manifest.type}</span
      >
    </div>
    ${renderTiles(views)} ${renderDecision(manifest)}
    <div class="columns">${renderFigures(views)}${renderCurves(record)}</div>
    ${shown && renderLabels(toLabelBars(shown.view, show), shown.title)}
    ${shown && renderConfusion(shown.view, shown.split, show)}
    ${renderMistakes(showMistakes(record.mistakes, manifest.labels, show), manifest.task)} ${renderOptions(manifest)}
  </section>`;
}

/** How sure its probabilities are made, and when it gives no answer. */
function renderDecision({ calibration, abstention }: HeadManifest): HtmlPart {
  if (calibration === undefined && abstention === undefined) return undefined;
  return html`<p class="muted">
    ${
      calibration &&
      html`Probabilities are calibrated: logits are divided by ${formatFigure(calibration.temperature)}, fitted on
      ${calibration.fittedOn}.`
    }
    ${
      abstention &&
      html`The head gives no answer where its best label has less than ${formatFigure(abstention.threshold)}
      (${abstention.chosenBy}); figures other than the share answered and its accuracy count those texts by their best
      label.`
    }
  </p>`;
}

/** The place of a head within the page. */
export function headAnchor(name: string): string {
  return `head-${name}`;
}

function renderFigures(views: HeadViews): HtmlPart {
  const table = renderFigureTable(views);
  return table === undefined
    ? html`<p class="muted">Not evaluated.</p>`
    : html`<div>
        <h3>Figures</h3>
        ${table}
      </div>`;
}

function renderCurves({ history }: HeadRecord): HtmlPart {
  const losses = renderHistoryChart(history, 'losses');
  const scores = renderHistoryChart(history, 'scores');
  if (losses === undefined && scores === undefined) return undefined;
  return html`<div>
    ${
      losses &&
      html`<h3>Loss</h3>
        <figure>${losses}</figure>`
    }${
      scores &&
      html`<h3>Scores by epoch</h3>
        <figure>${scores}</figure>`
    }
  </div>`;
}

function renderLabels(bars: readonly LabelBar[], title: string): HtmlPart {
  if (bars.length === 0) return undefined;
  const cut = bars.length > maximumBars;
  return html`<div>
    <h3>F1 by label (${title})</h3>
    ${cut && html`<p class="muted small">The ${maximumBars} labels with the lowest F1 of ${formatCount(bars.length)}; all are in the table below.</p>`}
    <figure class="when-wide">${renderLabelBarsChart(bars, 'wide')}</figure>
    <figure class="when-narrow">${renderLabelBarsChart(bars, 'narrow')}</figure>
    <details>
      <summary>All ${formatCount(bars.length)} labels as a table</summary>
      ${renderLabelTable(bars)}
    </details>
  </div>`;
}

function toLabelBars(view: EvaluationView, show: ShowLabel): LabelBar[] {
  const { perLabel } = view.tuned ?? view;
  return Object.entries(perLabel).map(([label, figures]) => ({
    label,
    name: show(label),
    figures,
    atHalf: view.tuned === undefined ? undefined : view.atHalf?.perLabel[label]?.f1,
  }));
}

function renderLabelTable(bars: readonly LabelBar[]): Html {
  const columns: readonly (keyof LabelFigures)[] = ['precision', 'recall', 'f1', 'threshold', 'support'];
  const shown = columns.filter((name) => bars.some(({ figures }) => typeof figures[name] === 'number'));
  const header = shown.map((name) => html`<th class="number">${name === 'f1' ? 'F1' : formatName(name)}</th>`);
  const cell = (name: keyof LabelFigures, value: number | null | undefined): string =>
    name === 'support' ? formatCount(value) : formatFigure(value);
  return html`<div class="scroll">
    <table class="narrow">
      <thead>
        <tr>
          <th>Label</th>
          ${header}
        </tr>
      </thead>
      <tbody>
        ${bars.map(
          ({ label, name, figures }) =>
            html`<tr>
              <td dir="auto">${name}${name !== label && html` <code>${label}</code>`}</td>
              ${shown.map((column) => html`<td class="number">${cell(column, figures[column])}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderConfusion({ confusion: found }: EvaluationView, split: string, show: ShowLabel): HtmlPart {
  if (found === undefined) return undefined;
  const confusion = { ...found, labels: found.labels.map(show) };
  const shown = toReadableMatrix(confusion);
  const cut = shown.labels.length < confusion.labels.length;
  const pairs = toConfusedPairs(confusion, shownPairs);
  return html`<div>
      <h3>Confusion matrix (${split})</h3>
      <p class="muted small">
        Rows are the truth, columns what was predicted; numbers count texts, and the deeper the colour, the larger the
        share of the row. Blue is right, orange is wrong. Rest the pointer on a cell for names.
      </p>
      ${cut && html`<p class="muted small">The ${shown.labels.length} of ${formatCount(confusion.labels.length)} labels that take part in the most mistakes.</p>`}
      <figure>${renderConfusionChart(shown)}</figure>
    </div>
    ${
      pairs.length > 0 &&
      html`<div>
        <h3>Most confused (${split})</h3>
        <div class="scroll">
          <table class="narrow">
            <thead>
              <tr>
                <th>Truth</th>
                <th>Predicted</th>
                <th class="number">Texts</th>
                <th class="number">Share of the truth</th>
              </tr>
            </thead>
            <tbody>
              ${pairs.map(
                (pair) =>
                  html`<tr>
                    <td dir="auto">${pair.truth}</td>
                    <td dir="auto">${pair.predicted}</td>
                    <td class="number">${formatCount(pair.count)}</td>
                    <td class="number">${formatShare(pair.share)}</td>
                  </tr> `,
              )}
            </tbody>
          </table>
        </div>
      </div>`
    }`;
}

function renderMistakes(mistakes: readonly Mistake[], task: Task): HtmlPart {
  if (mistakes.length === 0) return undefined;
  const shown = mistakes.slice(0, shownMistakes);
  const withLabel = shown.some(({ label }) => label !== undefined);
  const note =
    task === 'multi-label' &&
    html`<p class="muted small">
      The score is that of the label most wrong: near 1 where it was given, near 0 where it was missed.
    </p>`;
  return html`<div>
    <h3>${task === 'regression' ? 'Largest errors' : 'Most confidently wrong'}</h3>
    ${note}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Text</th>
            <th>Truth</th>
            <th>Predicted</th>
            ${withLabel && html`<th>Most wrong</th>`}
            <th class="number">${task === 'regression' ? 'Error' : 'Score'}</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((mistake) => renderMistake(mistake, withLabel))}
        </tbody>
      </table>
    </div>
  </div>`;
}

function renderMistake({ text, truth, predicted, score, label }: Mistake, withLabel: boolean): Html {
  return html`<tr>
    <td class="text" dir="auto">${shorten(text, shownTextLength)}</td>
    <td dir="auto">${truth === '' ? 'none' : truth}</td>
    <td class="wrong" dir="auto">${predicted === '' ? 'none' : predicted}</td>
    ${withLabel && html`<td dir="auto">${label ?? ''}</td>`}
    <td class="number">${formatFigure(score)}</td>
  </tr> `;
}

function renderOptions(manifest: HeadManifest): HtmlPart {
  const options = Object.entries(manifest.options);
  if (options.length === 0) return undefined;
  return html`<details>
    <summary>Options of this head</summary>
    <dl>
      ${options.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd><code>${shorten(JSON.stringify(value), 200)}</code></dd>`,
      )}
      <dt>trained at</dt>
      <dd>${manifest.trainedAt}</dd>
    </dl>
  </details>`;
}
