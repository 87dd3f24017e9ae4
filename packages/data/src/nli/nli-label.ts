/** What a premise says about a hypothesis. `not_entailment` is neutral or contradiction, when data do not say which. */
export type NliLabel = 'entailment' | 'neutral' | 'contradiction' | 'not_entailment';

/** A pair of texts with what the first says about the second. */
export interface NliPair {
  readonly premise: string;
  readonly hypothesis: string;
  readonly label: NliLabel;
}

const patterns: readonly (readonly [RegExp, NliLabel])[] = [
  [/^entail(?:s|ment|ed)?$/i, 'entailment'],
  [/^neutral$/i, 'neutral'],
  [/^contradict(?:s|ion|ory)?$/i, 'contradiction'],
  [/^(?:not?|non)[\s_-]*entail(?:s|ment|ed)?$/i, 'not_entailment'],
];

/** The label of a name in any casing; undefined for other names. */
export function parseNliLabel(name: string): NliLabel | undefined {
  return patterns.find(([pattern]) => pattern.test(name.trim()))?.[1];
}

/** The outputs of a model with so many classes. */
export const nliClasses: Readonly<Record<2 | 3, readonly NliLabel[]>> = {
  2: ['entailment', 'not_entailment'],
  3: ['entailment', 'neutral', 'contradiction'],
};

/**
 * The label among two classes (neutral and contradiction are the same) or three.
 * @returns undefined for not_entailment among three, since it may be either
 */
export function toNliClass(label: NliLabel, classes: 2 | 3): NliLabel | undefined {
  if (classes === 2) return label === 'entailment' ? label : 'not_entailment';
  return label === 'not_entailment' ? undefined : label;
}
