import { countLabels, countRows } from '@polyhead/data';
import { PolyheadError, type MultiLabelTargets, type SingleLabelTargets } from '@polyhead/types';
import type { ClassWeightConfig } from './head-settings.ts';

/**
 * `[labels]`: what each class counts (single-label), or each present label (multi-label); undefined for no weighting.
 * @param head named in messages
 * @throws {PolyheadError} UNKNOWN_LABEL for a weight of a label that the head does not have
 */
export function toClassWeights(
  config: ClassWeightConfig,
  targets: SingleLabelTargets | MultiLabelTargets,
  head: string,
): Float32Array | undefined {
  if (config === 'none') return undefined;
  if (config === 'balanced')
    return targets.task === 'single-label' ? balancedClasses(targets) : balancedLabels(targets);
  const unknown = Object.keys(config).find((label) => !targets.labels.includes(label));
  if (unknown !== undefined) {
    throw new PolyheadError('UNKNOWN_LABEL', {
      message: `The class weights of head "${head}" name "${unknown}", which is not one of its labels.`,
      remedy: 'Use the labels as they stand in the data.',
      details: { head, label: unknown },
    });
  }
  return Float32Array.from(targets.labels, (label) => (Object.hasOwn(config, label) ? (config[label] ?? 1) : 1));
}

function balancedClasses(targets: SingleLabelTargets): Float32Array {
  const counts = countLabels(targets);
  const present = counts.filter((count) => count > 0).length;
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : countRows(targets) / (present * count)));
}

/** A label that never or always occurs has no balance to strike. */
function balancedLabels(targets: MultiLabelTargets): Float32Array {
  const rows = countRows(targets);
  return Float32Array.from(countLabels(targets), (count) =>
    count === 0 || count === rows ? 1 : (rows - count) / count,
  );
}
