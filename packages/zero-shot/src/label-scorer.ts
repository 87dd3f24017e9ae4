import type { LongTextStrategy, ZeroShotMethod } from '@polyhead/types';
import type { LabelSet } from './hypotheses/label-set.ts';

/** A text and the labels that it is held against. */
export interface ScoringRequest {
  readonly text: string;
  readonly set: LabelSet;
}

/** How labels are scored. */
export interface ScoringOptions {
  readonly longText: LongTextStrategy;
  readonly signal: AbortSignal | undefined;
  /** Hears which part of the requests is done, from 0 to 1. */
  readonly onPart: (part: number) => void;
}

/** What a method says of the labels of one text. */
export interface LabelLogits {
  /** `[labels]`: their softmax are the scores where exactly one label is right. */
  readonly exclusive: Float64Array;
  /** `[labels]`: their sigmoids are the scores where each label is right or not by itself. */
  readonly independent: Float64Array;
  readonly truncated: boolean;
  readonly tokenCount: number;
}

/** One way to score labels; what all ways have in common is in `createScorerClassifier`. */
export interface LabelScorer {
  readonly method: ZeroShotMethod;
  /** How much is worth scoring in one call, and small enough to be held: the sum of `costOf` over the requests. */
  readonly pairsAtOnce: number;
  /** What one text costs with these labels: the sentences that it is held against. */
  costOf(set: LabelSet): number;
  /** Logits in the order of the requests. */
  score(requests: readonly ScoringRequest[], options: ScoringOptions): Promise<LabelLogits[]>;
  release(): Promise<void>;
}
