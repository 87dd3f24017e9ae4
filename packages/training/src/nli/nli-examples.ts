import { toNliClass, type NliLabel, type NliPair } from '@polyhead/data';
import { PolyheadError, type TextPair } from '@polyhead/types';

/** Pairs that a model learns or is judged by. */
export interface NliExamples {
  readonly name: string;
  readonly pairs: readonly NliPair[];
}

/** Pairs as a classifier takes them. */
export interface EncodedExamples {
  readonly texts: readonly TextPair[];
  /** `[pairs]`: places among the classifier's outputs. */
  readonly classes: Int32Array;
}

/**
 * Pairs with the outputs that are right for them. With three outputs, pairs that are only known not to be entailment are
 * left out.
 * @param labels names of the outputs, in any order and casing
 * @throws {PolyheadError} INVALID_ARGUMENT for outputs that are none of this task
 */
export function encodeExamples(pairs: readonly NliPair[], labels: readonly string[]): EncodedExamples {
  const classes = labels.length === 3 ? 3 : 2;
  const places = new Map(labels.map((name, place) => [name.toLowerCase(), place]));
  const placeOf = (label: NliLabel): number | undefined => {
    const name = toNliClass(label, classes);
    if (name === undefined) return undefined;
    const place = places.get(name);
    if (place !== undefined) return place;
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The model's outputs are ${labels.join(', ')}; there is none for ${name}.`,
      remedy: 'Load the classifier with the labels of the task.',
      details: { labels: [...labels] },
    });
  };
  const used = pairs.flatMap((pair) => {
    const place = placeOf(pair.label);
    return place === undefined ? [] : [{ pair, place }];
  });
  return {
    texts: used.map(({ pair }) => ({ first: pair.premise, second: pair.hypothesis })),
    classes: Int32Array.from(used, ({ place }) => place),
  };
}
