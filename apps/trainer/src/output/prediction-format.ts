import { extname } from 'node:path';
import { formatCsvRow } from '@polyhead/data';
import { toPredictionJson } from '@polyhead/model';
import { PolyheadError, type HeadPrediction, type Prediction } from '@polyhead/types';
import { formatTable } from './table.ts';

/** How predictions are written. */
export type PredictionFormat = 'json' | 'jsonl' | 'csv' | 'table';

/** All formats, for messages. */
export const predictionFormats: readonly PredictionFormat[] = ['json', 'jsonl', 'csv', 'table'];

const foreignEndings: ReadonlySet<string> = new Set(['.tsv', '.parquet', '.xlsx', '.xls', '.xml', '.html', '.yaml']);

/**
 * The format that a file name asks for; else a table for people and JSON lines for programs.
 * @throws {PolyheadError} INVALID_ARGUMENT for a name that asks for a format that is not written
 */
export function chooseFormat(file: string | undefined, interactive: boolean): PredictionFormat {
  const ending = extname(file ?? '').toLowerCase();
  if (ending === '.json') return 'json';
  if (ending === '.csv') return 'csv';
  if (foreignEndings.has(ending)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `Predictions are not written as ${ending} ("${file ?? ''}").`,
      remedy: 'Name a .jsonl, .json or .csv file, or say what to write with --format.',
    });
  }
  return interactive && (file === undefined || file === '-') ? 'table' : 'jsonl';
}

/** Predictions as lines of the format. All stream in flat memory but `table`, which needs every row for its widths. */
export function formatPredictions(
  predictions: AsyncIterable<Prediction>,
  format: PredictionFormat,
  heads: readonly string[],
): AsyncIterable<string> {
  switch (format) {
    case 'json':
      return toJsonLines(predictions);
    case 'jsonl':
      return map(predictions, (prediction) => JSON.stringify(toPredictionJson(prediction)));
    case 'csv':
      return toCsvLines(predictions, heads);
    case 'table':
      return toTableLines(predictions, heads);
  }
}

async function* map<Item>(items: AsyncIterable<Item>, transform: (item: Item) => string): AsyncIterable<string> {
  for await (const item of items) yield transform(item);
}

async function* toJsonLines(predictions: AsyncIterable<Prediction>): AsyncIterable<string> {
  // Nothing is written before the first prediction is there, so that a failure leaves no half of a list.
  let pending: string | undefined;
  for await (const prediction of predictions) {
    yield pending === undefined ? '[' : `${pending},`;
    pending = `  ${JSON.stringify(toPredictionJson(prediction))}`;
  }
  yield pending ?? '[';
  yield ']';
}

/** The decision of a head as one cell, with the score behind it. */
function toCells(prediction: HeadPrediction | undefined): { decision: string; score: string } {
  if (prediction === undefined) return { decision: '', score: '' };
  switch (prediction.task) {
    case 'single-label':
      return { decision: prediction.label, score: prediction.score.toFixed(4) };
    case 'multi-label': {
      const chosen = new Map(prediction.scores.map(({ label, score }) => [label, score]));
      return {
        decision: prediction.labels.join('|'),
        score: prediction.labels.map((label) => (chosen.get(label) ?? 0).toFixed(4)).join('|'),
      };
    }
    case 'regression':
      return { decision: String(prediction.value), score: '' };
  }
}

async function* toCsvLines(predictions: AsyncIterable<Prediction>, heads: readonly string[]): AsyncIterable<string> {
  const header = formatCsvRow(['text', ...heads.flatMap((head) => [head, `${head}_score`]), 'truncated']);
  let isFirst = true;
  for await (const prediction of predictions) {
    if (isFirst) yield header;
    isFirst = false;
    const cells = heads.flatMap((head) => Object.values(toCells(prediction.heads[head])));
    yield formatCsvRow([prediction.text, ...cells, String(prediction.truncated)]);
  }
  if (isFirst) yield header;
}

const shownCharacters = 60;

async function* toTableLines(predictions: AsyncIterable<Prediction>, heads: readonly string[]): AsyncIterable<string> {
  const rows: string[][] = [];
  for await (const prediction of predictions) {
    const text = prediction.text.replaceAll(/\s+/g, ' ');
    const short = text.length > shownCharacters ? `${text.slice(0, shownCharacters - 1)}…` : text;
    const cells = heads.map((head) => {
      const { decision, score } = toCells(prediction.heads[head]);
      return score === '' ? decision || '-' : `${decision.replaceAll('|', ', ')} (${score.replaceAll('|', ', ')})`;
    });
    rows.push([short, ...cells]);
  }
  yield formatTable(['text', ...heads], rows).trimEnd();
}
