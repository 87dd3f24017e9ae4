import { PolyheadError, type MultiLabelTargets, type SingleLabelTargets } from '@polyhead/types';
import type { LabelWeights } from './linear-options.ts';

/**
 * The weight of each class, `[labels]`; undefined if all are 1. `balanced` is `rows / (classes * rows of the class)`, over
 * the classes that occur.
 * @throws {PolyheadError} UNKNOWN_LABEL
 */
export function toClassWeights(weights: LabelWeights, targets: SingleLabelTargets): Float32Array | undefined {
  if (weights === 'none') return undefined;
  if (weights !== 'balanced') return toNamedWeights(weights, targets.labels);
  const counts = countClasses(targets);
  const present = counts.filter((count) => count > 0).length;
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : targets.classIndices.length / (present * count)));
}

/**
 * The weight of each label where it is present, `[labels]`; undefined if all are 1. `balanced` is
 * `rows without the label / rows with it`, 1 for a label that never occurs.
 * @throws {PolyheadError} UNKNOWN_LABEL
 */
export function toPositiveWeights(weights: LabelWeights, targets: MultiLabelTargets): Float32Array | undefined {
  if (weights === 'none') return undefined;
  if (weights !== 'balanced') return toNamedWeights(weights, targets.labels);
  const rows = targets.indicators.length / targets.labels.length;
  return Float32Array.from(countPositives(targets), (count) => (count === 0 ? 1 : (rows - count) / count));
}

/** Rows of each class, `[labels]`. */
export function countClasses({ labels, classIndices }: SingleLabelTargets): Float64Array {
  const counts = new Float64Array(labels.length);
  for (const index of classIndices) counts[index] = (counts[index] ?? 0) + 1;
  return counts;
}

/** Rows that have each label, `[labels]`. */
export function countPositives({ labels, indicators }: MultiLabelTargets): Float64Array {
  const counts = new Float64Array(labels.length);
  indicators.forEach((indicator, index) => {
    const label = index % labels.length;
    counts[label] = (counts[label] ?? 0) + indicator;
  });
  return counts;
}

function toNamedWeights(weights: Readonly<Record<string, number>>, labels: readonly string[]): Float32Array {
  const unknown = Object.keys(weights).find((name) => !labels.includes(name));
  if (unknown !== undefined) {
    throw new PolyheadError('UNKNOWN_LABEL', {
      message: `A weight is given for the label "${unknown}", which the training data does not have.`,
      remedy: `Its labels are ${labels.slice(0, 20).join(', ')}${labels.length > 20 ? ' ...' : ''}.`,
      details: { label: unknown },
    });
  }
  return Float32Array.from(labels, (label) => weights[label] ?? 1);
}
