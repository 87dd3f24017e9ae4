import type { HypothesisTemplates, LongTextStrategy, ZeroShotMethod } from '@polyhead/types';
import type { CascadeOptions } from '../cascade/cascade-scorer.ts';
import type { EmbeddingOptions } from '../embedding/embedding-scorer.ts';
import type { NliOptions } from '../nli/nli-scorer.ts';

/** What a label of a set is said in: a wording, several, or more. */
export type LabelVerbalisation =
  | string
  | readonly string[]
  | {
      readonly wordings?: readonly string[] | undefined;
      readonly descriptions?: readonly string[] | undefined;
      readonly templates?: HypothesisTemplates | undefined;
    };

/** A labelled file, one label a row. */
export interface EvaluationSet {
  readonly name: string;
  readonly file: string;
  /** Column with the texts. @default 'text' */
  readonly text?: string | undefined;
  /** Column with the labels. @default 'label' */
  readonly label: string;
  /** Only rows with these values in these columns count. */
  readonly where: Readonly<Record<string, string | number | boolean>>;
  /** What each label is said in. @default the labels that occur, with spaces for underscores */
  readonly labels?: Readonly<Record<string, LabelVerbalisation>> | undefined;
  /** @default those of the method */
  readonly templates?: HypothesisTemplates | undefined;
}

/** A way to classify that is compared with others. */
export interface EvaluationVariant {
  readonly name: string;
  readonly method: ZeroShotMethod | 'auto';
  readonly model?: string | undefined;
  readonly encoder?: string | undefined;
  /** `plain` leaves out what the sets say about their labels but the names. */
  readonly labels: 'verbalised' | 'plain';
  /** Instead of those of the sets. */
  readonly templates?: HypothesisTemplates | undefined;
  readonly longText: LongTextStrategy;
  readonly nli?: NliOptions | undefined;
  readonly embedding?: EmbeddingOptions | undefined;
  readonly cascade?: CascadeOptions | undefined;
}

/** What is compared on what. */
export interface EvaluationManifest {
  readonly sets: readonly EvaluationSet[];
  readonly variants: readonly EvaluationVariant[];
  /** At most so many rows of each set, drawn at random. */
  readonly limit?: number | undefined;
  readonly seed: number;
  /** How often rows are drawn anew for confidence intervals. */
  readonly resamples: number;
}
