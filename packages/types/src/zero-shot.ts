import type { LongTextStrategy } from './encoder.ts';
import type { LabelScore } from './prediction.ts';
import type { LongOperationOptions } from './progress.ts';

/**
 * How labels are scored without training. `nli` asks a model whether the text entails a sentence with the label in it,
 * `embedding` compares the text with such sentences by a sentence encoder, `cascade` asks the first about the labels that
 * the second finds plausible.
 */
export type ZeroShotMethod = 'nli' | 'embedding' | 'cascade';

/** A sentence with `{}` where the label goes, or several whose results are averaged. */
export type HypothesisTemplates = string | readonly string[];

/** A label with more to say about it than its name. */
export interface ZeroShotLabel {
  readonly label: string;
  /** What is put into templates instead of the label, such as `['billing', 'invoices and payments']`. @default the label */
  readonly wordings?: readonly string[] | undefined;
  /** Whole sentences that are used as they are. Without `wordings`, they stand in for the templates. */
  readonly descriptions?: readonly string[] | undefined;
  /** @default those of the text or of the call */
  readonly templates?: HypothesisTemplates | undefined;
  /** Lowest score at which the label is chosen. @default that of the call */
  readonly threshold?: number | undefined;
}

/** Labels as a list, or as one text with commas in between. */
export type ZeroShotLabels = string | readonly (string | ZeroShotLabel)[];

/** A text with labels or templates of its own. */
export interface ZeroShotInput {
  readonly text: string;
  /** @default those of the call */
  readonly labels?: ZeroShotLabels | undefined;
  /** @default those of the call */
  readonly templates?: HypothesisTemplates | undefined;
}

/** How texts are classified. */
export interface ZeroShotOptions extends LongOperationOptions {
  /** Needed unless every text has its own. */
  readonly labels?: ZeroShotLabels | undefined;
  /** @default those of the method */
  readonly templates?: HypothesisTemplates | undefined;
  /** True if any number of labels may be right; each is then scored by itself. @default false */
  readonly multiLabel?: boolean | undefined;
  /**
   * Lowest score at which a label is chosen. With `multiLabel` 0.5 unless given; else the best label is chosen whatever its
   * score, and with a threshold none if it stays below.
   */
  readonly threshold?: number | undefined;
  /** Lists only the best labels. @default all */
  readonly topK?: number | undefined;
  /** What happens to texts that are too long. @default 'truncate' */
  readonly longText?: LongTextStrategy | undefined;
}

/** The answer for one text. */
export interface ZeroShotPrediction {
  readonly text: string;
  /** The labels chosen, best first: one, or none below the threshold; with `multiLabel` any number. */
  readonly labels: readonly string[];
  /** All labels (or the best `topK`), best first. They add up to 1 unless each was scored by itself. */
  readonly scores: readonly LabelScore[];
  /** The method that was used. */
  readonly method: ZeroShotMethod;
  /** True if the text was longer than the model takes and was cut. */
  readonly truncated: boolean;
  /** Length of what the model reads in tokens, before anything was cut: the text, or the text with the longest hypothesis. */
  readonly tokenCount: number;
}

/** Classifies texts by labels that it was not trained on. */
export interface ZeroShotClassifier {
  readonly method: ZeroShotMethod;
  /**
   * Answers in the order of the texts.
   * @throws {PolyheadError} INVALID_ARGUMENT for labels, templates, thresholds; INVALID_TEXT, TEXT_TOO_LONG, ABORTED,
   *   SESSION_RELEASED
   */
  classify(texts: readonly (string | ZeroShotInput)[], options?: ZeroShotOptions): Promise<ZeroShotPrediction[]>;
  /** Classifies a stream of any length in bounded memory; keeps order. */
  classifyStream(
    texts: AsyncIterable<string | ZeroShotInput> | Iterable<string | ZeroShotInput>,
    options?: ZeroShotOptions,
  ): AsyncIterable<ZeroShotPrediction>;
  /** Frees the models that it loaded. Calls after it throw SESSION_RELEASED. */
  release(): Promise<void>;
}
