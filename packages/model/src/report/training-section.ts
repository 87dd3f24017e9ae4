import type { TrainingRecord } from '../training-file.ts';
import { renderStepChart } from './charts/step-chart.ts';
import { formatCount, formatFigure, formatName } from './format.ts';
import { html, type Html, type HtmlPart } from './html.ts';

/** What a page needs of a training, finished or not. */
export type ShownTraining = Pick<TrainingRecord, 'steps' | 'epochs'> &
  Partial<Pick<TrainingRecord, 'bestEpoch' | 'weights'>>;

const mostColumns = 10;

/** How an encoder was trained, alone or with heads: the loss over the steps, and the figures of every epoch. */
export function renderTrainingSection(training: ShownTraining): Html {
  const loss = renderStepChart(training.steps, 'losses');
  const rate = renderStepChart(training.steps, 'learning-rate');
  return html`<section class="head" id="training">
    <div class="title">
      <h2>Training</h2>
      <span class="muted">${describeLearners(training)}${describeBest(training)}</span>
    </div>
    <div class="columns">
      ${
        loss &&
        html`<div>
          <h3>Training loss</h3>
          <figure>${loss}</figure>
        </div>`
      }${
        rate &&
        html`<div>
          <h3>Learning rate</h3>
          <figure>${rate}</figure>
        </div>`
      }
    </div>
    ${renderEpochs(training)} ${renderWeights(training.weights)}
  </section>`;
}

function describeBest({ bestEpoch, epochs }: ShownTraining): string {
  if (bestEpoch === undefined || epochs.length === 0) return '';
  if (epochs.length === 1) return ', 1 epoch';
  return `, ${formatCount(epochs.length)} epochs; the parameters of epoch ${bestEpoch} were kept`;
}

/** Heads that learned with the encoder have weights of their losses. */
function describeLearners({ weights = {} }: ShownTraining): string {
  return Object.keys(weights).length === 0 ? 'the encoder' : 'encoder and heads together';
}

/** One row an epoch; all figures are in training.json. */
function renderEpochs({ epochs, bestEpoch }: ShownTraining): HtmlPart {
  if (epochs.length === 0) return undefined;
  const measured = [...new Set(epochs.flatMap(({ validation }) => Object.keys(validation ?? {})))];
  const shown = measured.slice(0, mostColumns);
  return html`<div>
    <h3>Epochs</h3>
    <div class="scroll">
      <table class="narrow">
        <thead>
          <tr>
            <th class="number">Epoch</th>
            <th class="number">Steps</th>
            <th class="number">Training loss</th>
            ${shown.map((name) => html`<th class="number">${columnName(name)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${epochs.map(
            ({ epoch, step, training, validation }) =>
              html`<tr>
                <td class="number">${epoch}${epoch === bestEpoch && ' (kept)'}</td>
                <td class="number">${formatCount(step)}</td>
                <td class="number">${formatFigure(training['loss'])}</td>
                ${shown.map((name) => html`<td class="number">${formatFigure(validation?.[name])}</td>`)}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${
      shown.length < measured.length &&
      html`<p class="muted small">${measured.length - shown.length} more figures an epoch are in training.json.</p>`
    }
  </div>`;
}

/** `intent.macro_f1` to `intent: Macro F1`; figures over all heads have no head in front. */
function columnName(name: string): string {
  const dot = name.lastIndexOf('.');
  if (dot === -1) return `All: ${formatName(name)}`;
  return `${name.slice(0, dot)}: ${formatName(name.slice(dot + 1))}`;
}

function renderWeights(weights: Readonly<Record<string, number>> = {}): HtmlPart {
  const entries = Object.entries(weights);
  if (entries.length < 2) return undefined;
  return html`<p class="muted small">
    Weights of the losses: ${entries.map(([head, weight]) => `${head} ${formatFigure(weight)}`).join(', ')}.
  </p>`;
}
