import type { HeadPrediction, LabelScore, Prediction, ThresholdedLabelScore } from '@polyhead/types';
import { findDisplayNames, toDisplayName, type DisplayNames, type NamedHead } from './label-names.ts';

/** The name to show for the label beside it; only where the head has such names. */
interface Named {
  readonly display_name?: string | undefined;
}

/** The answer of one head as programs get it, from the command line and over HTTP. */
export type HeadPredictionJson =
  | {
      readonly task: 'single-label';
      /** Null where the head abstains. */
      readonly label: string | null;
      /** The name to show for `label`, null where that is; only where the head has such names. */
      readonly display_name?: string | null | undefined;
      readonly score: number;
      readonly scores: readonly (LabelScore & Named)[];
    }
  | {
      readonly task: 'multi-label';
      readonly labels: readonly string[];
      /** The names to show for `labels`, in their order; only where the head has such names. */
      readonly display_names?: readonly string[] | undefined;
      readonly scores: readonly (ThresholdedLabelScore & Named)[];
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

/**
 * A prediction in the form that is written and sent: fields in snake_case, always in the same order.
 * @param named heads that may have names for their labels, such as those of the manifest. @default labels only
 */
export function toPredictionJson(
  { text, truncated, tokenCount, heads }: Prediction,
  named: readonly NamedHead[] = [],
): PredictionJson {
  const answers = Object.entries(heads).map(
    ([name, head]) => [name, toHeadPredictionJson(head, findDisplayNames(named, name))] as const,
  );
  return { text, truncated, token_count: tokenCount, heads: Object.fromEntries(answers) };
}

function toHeadPredictionJson(prediction: HeadPrediction, names: DisplayNames | undefined): HeadPredictionJson {
  const nameOf = (label: string): Named => (names === undefined ? {} : { display_name: toDisplayName(names, label) });
  switch (prediction.task) {
    case 'single-label': {
      const { task, label, score, scores } = prediction;
      const name = names === undefined ? {} : { display_name: label === null ? null : toDisplayName(names, label) };
      const listed = scores.map(({ label, score }) => ({ label, ...nameOf(label), score }));
      return { task, label, ...name, score, scores: listed };
    }
    case 'multi-label': {
      const { task, labels, scores } = prediction;
      const shown = names === undefined ? {} : { display_names: labels.map((label) => toDisplayName(names, label)) };
      const listed = scores.map(({ label, score, threshold }) => ({ label, ...nameOf(label), score, threshold }));
      return { task, labels, ...shown, scores: listed };
    }
    case 'regression':
      return { task: prediction.task, value: prediction.value };
  }
}
