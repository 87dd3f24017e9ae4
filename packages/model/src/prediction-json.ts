import type { HeadPrediction, LabelScore, Prediction, ThresholdedLabelScore } from '@polyhead/types';

/** The answer of one head as programs get it, from the command line and over HTTP. */
export type HeadPredictionJson =
  | {
      readonly task: 'single-label';
      /** Null where the head abstains. */
      readonly label: string | null;
      readonly score: number;
      readonly scores: readonly LabelScore[];
    }
  | {
      readonly task: 'multi-label';
      readonly labels: readonly string[];
      readonly scores: readonly ThresholdedLabelScore[];
    }
  | { readonly task: 'regression'; readonly value: number };

/** The answers for one text as programs get them, in snake_case. */
export interface PredictionJson {
  readonly text: string;
  /** True if the text was longer than the encoder takes and was cut. */
  readonly truncated: boolean;
  /** Length of the text in tokens before anything was cut. */
  readonly token_count: number;
  readonly heads: Readonly<Record<string, HeadPredictionJson>>;
}

/** A prediction in the form that is written and sent: fields in snake_case, always in the same order. */
export function toPredictionJson({ text, truncated, tokenCount, heads }: Prediction): PredictionJson {
  return {
    text,
    truncated,
    token_count: tokenCount,
    heads: Object.fromEntries(Object.entries(heads).map(([name, head]) => [name, toHeadPredictionJson(head)])),
  };
}

function toHeadPredictionJson(prediction: HeadPrediction): HeadPredictionJson {
  switch (prediction.task) {
    case 'single-label': {
      const { task, label, score, scores } = prediction;
      return { task, label, score, scores: scores.map(({ label, score }) => ({ label, score })) };
    }
    case 'multi-label': {
      const { task, labels, scores } = prediction;
      return { task, labels, scores: scores.map(({ label, score, threshold }) => ({ label, score, threshold })) };
    }
    case 'regression':
      return { task: prediction.task, value: prediction.value };
  }
}
