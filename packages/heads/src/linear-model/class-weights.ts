import {
  PolyheadError,
  type HeadExamples,
  type JsonObject,
  type MultiLabelTargets,
  type SingleLabelTargets,
  type Targets,
} from '@polyhead/types';
import type { OptionsReader } from '../contract/head-options.ts';

/** How much the examples of each label count: all alike, inversely to their number, or as named (1 if not named). */
export type ClassWeight = 'none' | 'balanced' | ReadonlyMap<string, number>;

/**
 * Reads the option `classWeight`: `"none"`, `"balanced"` or an object of label to weight.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function readClassWeight(reader: OptionsReader): ClassWeight {
  const value = reader.raw('classWeight') ?? 'none';
  if (value === 'none' || value === 'balanced') return value;
  if (!isObject(value)) throw reader.refuse('classWeight', '"none", "balanced" or an object of label to weight');
  const weights = new Map<string, number>();
  for (const [label, weight] of Object.entries(value)) {
    if (typeof weight !== 'number' || !(weight > 0 && Number.isFinite(weight))) {
      throw reader.refuse('classWeight', 'weights above 0');
    }
    weights.set(label, weight);
  }
  return weights;
}

/**
 * Refuses weights of labels that do not exist, which would be ignored.
 * @throws {PolyheadError} UNKNOWN_LABEL
 */
export function assertWeightedLabels(classWeight: ClassWeight, { labels }: Targets): void {
  if (typeof classWeight === 'string') return;
  const unknown = [...classWeight.keys()].find((label) => !labels.includes(label));
  if (unknown === undefined) return;
  throw new PolyheadError('UNKNOWN_LABEL', {
    message: `The option "classWeight" names "${unknown}", which is not one of the labels of the training data.`,
    remedy: 'Use the labels as they stand in the data.',
    details: { label: unknown },
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Factors on the weights of the rows of each label, and on those of the rows that lack it (multi-label). */
export interface LabelWeights {
  /** `[labels]` */
  readonly positive: Float64Array;
  /** `[labels]` */
  readonly negative: Float64Array;
}

/**
 * The weight of each class. `balanced` is `total / (classes present * weight of the class)`, where both are summed
 * from sample weights, as scikit-learn 1.9 does.
 * @param present `[labels]`: weighted count of each class
 */
export function singleLabelWeights(
  classWeight: ClassWeight,
  labels: readonly string[],
  present: Float64Array,
): Float64Array {
  if (classWeight === 'none') return new Float64Array(labels.length).fill(1);
  if (classWeight !== 'balanced') return Float64Array.from(labels, (label) => classWeight.get(label) ?? 1);
  const total = present.reduce((sum, weight) => sum + weight, 0);
  const classes = present.filter((weight) => weight > 0).length;
  return present.map((weight) => (weight > 0 ? total / (classes * weight) : 0));
}

/**
 * The weights of each label's yes and no. A named weight counts for the yes; `balanced` is
 * `total / (2 * weight of the side)`.
 * @param present `[labels]`: weighted count of each label
 */
export function multiLabelWeights(
  classWeight: ClassWeight,
  labels: readonly string[],
  { present, total }: { readonly present: Float64Array; readonly total: number },
): LabelWeights {
  const ones = new Float64Array(labels.length).fill(1);
  if (classWeight === 'none') return { positive: ones, negative: ones };
  if (classWeight !== 'balanced') {
    return { positive: Float64Array.from(labels, (label) => classWeight.get(label) ?? 1), negative: ones };
  }
  return {
    positive: present.map((weight) => total / (2 * weight)),
    negative: present.map((weight) => total / (2 * (total - weight))),
  };
}

/** Sample weights, or 1 for every row. */
export function rowWeightsOf({ embeddings, sampleWeights }: HeadExamples): Float64Array {
  return sampleWeights?.slice() ?? new Float64Array(embeddings.rows).fill(1);
}

/** `[labels]`: the sum of the row weights of each label. */
export function weightedCounts(
  targets: SingleLabelTargets | MultiLabelTargets,
  rowWeights: Float64Array,
): Float64Array {
  const counts = new Float64Array(targets.labels.length);
  if (targets.task === 'single-label') {
    for (const [row, label] of targets.classIndices.entries()) {
      counts[label] = (counts[label] ?? 0) + (rowWeights[row] ?? 0);
    }
    return counts;
  }
  for (let index = 0; index < targets.indicators.length; index += 1) {
    if (targets.indicators[index] !== 1) continue;
    const label = index % counts.length;
    counts[label] = (counts[label] ?? 0) + (rowWeights[(index - label) / counts.length] ?? 0);
  }
  return counts;
}
