import { readLabel } from '../cell-values.ts';
import { createLabelCollector } from '../label-set.ts';
import { toRefusal, type TargetBuilder } from './target-builder.ts';

/** Builds single-label targets from one column. */
export function createSingleLabelBuilder(
  file: string,
  column: string,
  labelSet: readonly string[] | undefined,
): TargetBuilder {
  const collector = createLabelCollector(file);
  const indices: number[] = [];
  return {
    get count() {
      return indices.length;
    },
    add(values, row) {
      const reading = readLabel(values[column]);
      if (reading.kind !== 'value') return toRefusal(column, reading);
      indices.push(collector.add(reading.value, row));
      return undefined;
    },
    build() {
      const { labelSet: set, places } = collector.finish(labelSet);
      const classIndices = Int32Array.from(indices, (index) => places[index] ?? -1);
      return { task: 'single-label', labels: set.labels, classIndices };
    },
  };
}
