import { extname } from 'node:path';
import { formatCsvRow } from '@polyhead/data';
import { toPredictionJson } from '@polyhead/model';
import type { HeadPrediction, Prediction } from '@polyhead/types';
import { formatTable } from './table.ts';

/** How predictions are written. */
export type PredictionFormat = 'json' | 'jsonl' | 'csv' | 'table';

/** All formats, for messages. */
export const predictionFormats: readonly PredictionFormat[] = ['json', 'jsonl', 'csv', 'table'];

/** The format that a file name asks for; else a table for people and JSON lines for programs. */
export function chooseFormat(file: string | undefined, interactive: boolean): PredictionFormat {
  const ending = extname(file ?? '').toLowerCase();
  if (ending === '.json') return 'json';
  if (ending === '.csv') return 'csv';
  return interactive && (file === undefined || file === '-') ? 'table' : 'jsonl';
}

/** Predictions as lines of the format. JSON and table keep all predictions in memory at most one chunk at a time, except `table`. */
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
  let pending: string | undefined;
  yield '[';
  for await (const prediction of predictions) {
    if (pending !== undefined) yield `${pending},`;
    pending = `  ${JSON.stringify(toPredictionJson(prediction))}`;
  }
  if (pending !== undefined) yield pending;
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
  yield formatCsvRow(['text', ...heads.flatMap((head) => [head, `${head}_score`]), 'truncated']);
  for await (const prediction of predictions) {
    const cells = heads.flatMap((head) => Object.values(toCells(prediction.heads[head])));
    yield formatCsvRow([prediction.text, ...cells, String(prediction.truncated)]);
  }
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
