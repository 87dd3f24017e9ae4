import type { ZeroShotPrediction } from '@polyhead/types';
import { formatRecords, shortenText, type RecordFormat } from './record-format.ts';

/** The answers of a zero-shot classifier as lines of the format. */
export function formatZeroShot(
  predictions: AsyncIterable<ZeroShotPrediction>,
  format: RecordFormat,
): AsyncIterable<string> {
  return formatRecords(predictions, format, {
    toJson: ({ text, labels, scores, method, truncated, tokenCount }) => ({
      text,
      labels,
      scores: scores.map(({ label, score }) => ({ label, score })),
      method,
      truncated,
      token_count: tokenCount,
    }),
    csvHeader: ['text', 'labels', 'scores', 'method', 'truncated'],
    toCsv: (prediction) => [
      prediction.text,
      prediction.labels.join('|'),
      chosenScores(prediction).join('|'),
      prediction.method,
      String(prediction.truncated),
    ],
    tableHeader: ['text', 'labels', 'next'],
    toTable: (prediction) => {
      const scores = chosenScores(prediction);
      const next = prediction.scores.filter(({ label }) => !prediction.labels.includes(label)).slice(0, 2);
      return [
        shortenText(prediction.text),
        prediction.labels.map((label, index) => `${label} (${scores[index] ?? ''})`).join(', ') || '-',
        next.map(({ label, score }) => `${label} (${score.toFixed(4)})`).join(', '),
      ];
    },
  });
}

/** The scores of the labels chosen, in their order; empty where `topK` left one out. */
function chosenScores({ labels, scores }: ZeroShotPrediction): string[] {
  const known = new Map(scores.map(({ label, score }) => [label, score.toFixed(4)]));
  return labels.map((label) => known.get(label) ?? '');
}
