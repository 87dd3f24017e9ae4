import { createShownNames, findDisplayNames, toDisplayName, toPredictionJson } from '@polyhead/model';
import type { HeadManifest, HeadPrediction, Prediction } from '@polyhead/types';
import { formatRecords, shortenText, type RecordFormat } from './record-format.ts';

/** What the formats know of a head that answers. */
export type AnsweringHead = Pick<HeadManifest, 'name' | 'task' | 'labels' | 'displayNames'>;

/** The predictions of a model's heads as lines of the format. */
export function formatPredictions(
  predictions: AsyncIterable<Prediction>,
  format: RecordFormat,
  heads: readonly AnsweringHead[],
): AsyncIterable<string> {
  const columns = heads.map(toColumns);
  return formatRecords(predictions, format, {
    toJson: (prediction) => toPredictionJson(prediction, heads),
    csvHeader: ['text', ...columns.flatMap(({ csvHeader }) => csvHeader), 'truncated'],
    toCsv: (prediction) => [
      prediction.text,
      ...columns.flatMap(({ name, toCsv }) => toCsv(prediction.heads[name])),
      String(prediction.truncated),
    ],
    tableHeader: ['text', ...columns.map(({ name }) => name)],
    toTable: (prediction) => [
      shortenText(prediction.text),
      ...columns.map(({ name, toTable }) => toTable(prediction.heads[name])),
    ],
  });
}

interface HeadColumns {
  readonly name: string;
  readonly csvHeader: readonly string[];
  readonly toCsv: (prediction: HeadPrediction | undefined) => readonly string[];
  readonly toTable: (prediction: HeadPrediction | undefined) => string;
}

/** The columns of a head: its decision, the names of the labels where it has some, and the scores. */
function toColumns(head: AnsweringHead): HeadColumns {
  const { name, task } = head;
  const show = createShownNames(head);
  const names = task === 'regression' ? undefined : findDisplayNames([head], name);
  return {
    name,
    csvHeader: [name, ...(names === undefined ? [] : [`${name}_display_name`]), `${name}_score`],
    toCsv: (prediction) => {
      const { decided, scores } = toCells(prediction);
      const shown = names === undefined ? [] : [decided.map((label) => toDisplayName(names, label)).join('|')];
      return [decided.join('|'), ...shown, scores.join('|')];
    },
    toTable: (prediction) => {
      const { decided, scores } = toCells(prediction);
      const shown = decided.map(show).join(', ') || '-';
      return scores.length === 0 ? shown : `${shown} (${scores.join(', ')})`;
    },
  };
}

/** What a head decided on, with the scores behind it. */
function toCells(prediction: HeadPrediction | undefined): {
  readonly decided: readonly string[];
  readonly scores: readonly string[];
} {
  if (prediction === undefined) return { decided: [], scores: [] };
  switch (prediction.task) {
    case 'single-label':
      // A head that abstains decides on nothing; how sure it was is still of use.
      return {
        decided: prediction.label === null ? [] : [prediction.label],
        scores: [prediction.score.toFixed(4)],
      };
    case 'multi-label': {
      const chosen = new Map(prediction.scores.map(({ label, score }) => [label, score]));
      return {
        decided: prediction.labels,
        scores: prediction.labels.map((label) => (chosen.get(label) ?? 0).toFixed(4)),
      };
    }
    case 'regression':
      return { decided: [String(prediction.value)], scores: [] };
  }
}
