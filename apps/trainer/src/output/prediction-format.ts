import { toPredictionJson } from '@polyhead/model';
import type { HeadPrediction, Prediction } from '@polyhead/types';
import { formatRecords, shortenText, type RecordFormat } from './record-format.ts';

/** The predictions of a model's heads as lines of the format. */
export function formatPredictions(
  predictions: AsyncIterable<Prediction>,
  format: RecordFormat,
  heads: readonly string[],
): AsyncIterable<string> {
  return formatRecords(predictions, format, {
    toJson: toPredictionJson,
    csvHeader: ['text', ...heads.flatMap((head) => [head, `${head}_score`]), 'truncated'],
    toCsv: (prediction) => [
      prediction.text,
      ...heads.flatMap((head) => Object.values(toCells(prediction.heads[head]))),
      String(prediction.truncated),
    ],
    tableHeader: ['text', ...heads],
    toTable: (prediction) => [
      shortenText(prediction.text),
      ...heads.map((head) => toTableCell(prediction.heads[head])),
    ],
  });
}

/** The decision of a head as one cell, with the score behind it. */
function toCells(prediction: HeadPrediction | undefined): { decision: string; score: string } {
  if (prediction === undefined) return { decision: '', score: '' };
  switch (prediction.task) {
    case 'single-label':
      // A head that abstains decides on nothing; how sure it was is still of use.
      return { decision: prediction.label ?? '', score: prediction.score.toFixed(4) };
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

function toTableCell(prediction: HeadPrediction | undefined): string {
  const { decision, score } = toCells(prediction);
  const shown = decision.replaceAll('|', ', ') || '-';
  return score === '' ? shown : `${shown} (${score.replaceAll('|', ', ')})`;
}
