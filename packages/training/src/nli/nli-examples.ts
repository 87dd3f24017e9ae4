import { toNliClass, type NliPair } from '@polyhead/data';
import { PolyheadError, type TextPair } from '@polyhead/types';

/** Pairs that a model learns or is judged by. */
export interface NliExamples {
  readonly name: string;
  readonly pairs: readonly NliPair[];
}

/** Stands for every output but entailment: what a pair is that is only known not to be entailment. */
export const anyButEntailment = -1;

/** Pairs as a classifier takes them. */
export interface EncodedExamples {
  readonly texts: readonly TextPair[];
  /** `[pairs]`: places among the classifier's outputs, or {@link anyButEntailment}. */
  readonly classes: Int32Array;
}

/**
 * Pairs with the outputs that are right for them. With three outputs, pairs that are only known not to be entailment have
 * {@link anyButEntailment}.
 * @param labels names of the outputs, in any order and casing
 * @throws {PolyheadError} INVALID_ARGUMENT for outputs that are none of this task
 */
export function encodeExamples(pairs: readonly NliPair[], labels: readonly string[]): EncodedExamples {
  const outputs = labels.length === 3 ? 3 : 2;
  const classes = pairs.map(({ label }) => {
    const name = toNliClass(label, outputs);
    return name === undefined ? anyButEntailment : placeOfOutput(labels, name);
  });
  return {
    texts: pairs.map(({ premise, hypothesis }) => ({ first: premise, second: hypothesis })),
    classes: Int32Array.from(classes),
  };
}

/**
 * The place of an output, in any casing.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function placeOfOutput(labels: readonly string[], name: string): number {
  const place = labels.findIndex((label) => label.toLowerCase() === name);
  if (place >= 0) return place;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The model's outputs are ${labels.join(', ')}; there is none for ${name}.`,
    remedy: 'Load the classifier with the labels of the task.',
    details: { labels: [...labels] },
  });
}
