import type { Prediction, ZeroShotClassifier, ZeroShotMethod, ZeroShotOptions } from '@polyhead/types';

/** How a worker classifies by labels that nothing was trained on. */
export interface ZeroShotStart {
  readonly method: ZeroShotMethod | 'auto';
  readonly model: string | undefined;
  readonly encoder: string | undefined;
}

/** What one request asks for; plain data, since it crosses threads. */
export type ZeroShotWork = Pick<ZeroShotOptions, 'templates' | 'multiLabel' | 'threshold' | 'longText'> & {
  readonly labels: Exclude<NonNullable<ZeroShotOptions['labels']>, string>;
  /** How many sentences each text is held against: what it costs. */
  readonly sentences: number;
};

/** Name of the head that answers of {@link classifyZeroShot} are under. */
export const zeroShotHead = 'zero-shot';

/** Zero-shot answers in the form of a head's, so that queue and threads need to know of one kind only. */
export async function classifyZeroShot(
  classifier: ZeroShotClassifier,
  texts: readonly string[],
  { topK, labels, templates, multiLabel, threshold, longText }: ZeroShotWork & { readonly topK: number | undefined },
): Promise<Prediction[]> {
  const predictions = await classifier.classify(texts, { labels, templates, multiLabel, threshold, longText, topK });
  return predictions.map(({ text, labels: chosen, scores, truncated, tokenCount }) => ({
    text,
    truncated,
    tokenCount,
    heads: {
      [zeroShotHead]: {
        task: 'multi-label',
        labels: chosen,
        scores: scores.map(({ label, score }) => ({ label, score, threshold: threshold ?? 0 })),
      },
    },
  }));
}
