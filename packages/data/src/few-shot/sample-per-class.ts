import { PolyheadError, type MultiLabelTargets, type RandomGenerator, type Targets } from '@polyhead/types';
import { rowsByLabel } from '../rows-by-label.ts';

/** How many examples of each class are drawn. */
export interface SamplePerClassOptions {
  /** Examples a class; a class with fewer gives all it has. */
  readonly count: number;
  readonly random: RandomGenerator;
}

/**
 * Draws some examples of each class without replacement, for few-shot training.
 *
 * Multi-label: the rarest label first; rows drawn for one label count for all labels that they have, so every label has
 * at least `count` examples (or all there are) and no more rows are drawn than that takes.
 * @returns row indices, ascending
 * @throws {PolyheadError} INVALID_ARGUMENT for a count that is not a positive integer; TASK_UNSUPPORTED for regression
 */
export function samplePerClass(targets: Targets, { count, random }: SamplePerClassOptions): Int32Array {
  if (!Number.isInteger(count) || count < 1) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The number of examples a class is ${count}, but it must be a positive integer.`,
    });
  }
  if (targets.task === 'regression') {
    throw new PolyheadError('TASK_UNSUPPORTED', {
      message: 'Regression has no classes to draw examples of.',
      remedy: 'Use a single-label or multi-label task.',
    });
  }
  const shuffled = rowsByLabel(targets).map((rows) => random.shuffle(rows));
  const chosen =
    targets.task === 'single-label'
      ? shuffled.flatMap((rows) => rows.slice(0, count))
      : sampleMultiLabel(targets, shuffled, count);
  return Int32Array.from(chosen).sort();
}

function sampleMultiLabel(targets: MultiLabelTargets, rowsOfLabel: readonly number[][], count: number): number[] {
  const width = targets.labels.length;
  const chosen = new Set<number>();
  const drawn = new Int32Array(width);
  const sizeOf = (label: number): number => rowsOfLabel[label]?.length ?? 0;
  const rarestFirst = [...rowsOfLabel.keys()].sort((first, second) => sizeOf(first) - sizeOf(second));
  for (const label of rarestFirst) {
    for (const row of rowsOfLabel[label] ?? []) {
      if ((drawn[label] ?? 0) >= count) break;
      if (chosen.has(row)) continue;
      chosen.add(row);
      for (let other = 0; other < width; other++) {
        drawn[other] = (drawn[other] ?? 0) + (targets.indicators[row * width + other] ?? 0);
      }
    }
  }
  return [...chosen];
}
