import { PolyheadError, type LabeledTexts, type Targets } from '@polyhead/types';

/**
 * Examples one after the other.
 * @throws {PolyheadError} SHAPE_MISMATCH if they differ in task or labels
 */
export function joinExamples(first: LabeledTexts, second: LabeledTexts): LabeledTexts {
  return { texts: [...first.texts, ...second.texts], targets: joinTargets(first.targets, second.targets) };
}

function joinTargets(first: Targets, second: Targets): Targets {
  const { labels } = first;
  if (labels.length !== second.labels.length || labels.some((label, place) => label !== second.labels[place])) {
    throw mismatch('labels');
  }
  if (first.task === 'single-label' && second.task === 'single-label') {
    return {
      task: 'single-label',
      labels,
      classIndices: Int32Array.from([...first.classIndices, ...second.classIndices]),
    };
  }
  if (first.task === 'multi-label' && second.task === 'multi-label') {
    return { task: 'multi-label', labels, indicators: Uint8Array.from([...first.indicators, ...second.indicators]) };
  }
  if (first.task === 'regression' && second.task === 'regression') {
    return { task: 'regression', labels, values: Float64Array.from([...first.values, ...second.values]) };
  }
  throw mismatch('tasks');
}

function mismatch(what: string): PolyheadError {
  return new PolyheadError('SHAPE_MISMATCH', {
    message: `Two sets of examples have different ${what}, so they cannot be joined.`,
    remedy: 'Make both with the same list of labels.',
  });
}
