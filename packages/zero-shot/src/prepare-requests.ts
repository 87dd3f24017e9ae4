import { assertTexts } from '@polyhead/backbone';
import { PolyheadError, type ZeroShotInput, type ZeroShotOptions } from '@polyhead/types';
import { assertThreshold, createLabelSet, type LabelSet } from './hypotheses/label-set.ts';
import type { ScoringRequest } from './label-scorer.ts';

/** Checks one input and finds its labels; the index is for messages. */
export type RequestPreparation = (input: string | ZeroShotInput, index: number) => ScoringRequest;

/**
 * Checks options as a classifier does, for those who load models only then.
 * @throws {PolyheadError} INVALID_ARGUMENT for labels, templates, thresholds and counts
 */
export function assertZeroShotOptions(options: ZeroShotOptions): void {
  createRequestPreparation(options);
}

/**
 * Checks options at once, and inputs as they come. Neighbours with the same labels share one label set.
 * @throws {PolyheadError} INVALID_ARGUMENT; the preparation also INVALID_TEXT
 */
export function createRequestPreparation(options: ZeroShotOptions): RequestPreparation {
  assertOptions(options);
  const { labels, templates } = options;
  const common = labels === undefined ? undefined : createLabelSet(labels, templates);
  let last: { readonly input: ZeroShotInput; readonly set: LabelSet } | undefined;
  return (input, index) => {
    const given: ZeroShotInput = typeof input === 'object' ? input : { text: input };
    assertTexts([given.text], index);
    if (given.labels === undefined && given.templates === undefined && common !== undefined) {
      return { text: given.text, set: common };
    }
    if (last?.input.labels !== given.labels || last?.input.templates !== given.templates || last === undefined) {
      const own = given.labels ?? labels ?? [];
      last = { input: given, set: createLabelSet(own, given.templates ?? templates, `Text ${index}: `) };
    }
    return { text: given.text, set: last.set };
  };
}

function assertOptions({ threshold, topK }: ZeroShotOptions): void {
  assertThreshold(threshold, 'The threshold');
  if (topK === undefined || (Number.isInteger(topK) && topK > 0)) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `topK is ${topK}, but must be a whole number of at least 1.`,
    details: { topK },
  });
}
