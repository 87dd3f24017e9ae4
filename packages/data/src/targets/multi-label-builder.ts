import type { JsonValue } from '@polyhead/types';
import { readIndicator, readLabelList } from '../cell-values.ts';
import { createLabelCollector } from '../label-set.ts';
import { toRefusal, type Refusal, type TargetBuilder } from './target-builder.ts';

type Values = Readonly<Record<string, JsonValue>>;
/** The labels of a row, or why there are none to be had. */
type LabelReader = (values: Values) => readonly string[] | Refusal;

/** Reads a column with a list of labels. */
export function createLabelListReader(column: string, delimiter: string | undefined): LabelReader {
  return (values) => {
    const reading = readLabelList(values[column], delimiter);
    return reading.kind === 'value' ? reading.value : toRefusal(column, reading);
  };
}

/** Reads one 0/1 column a label. A row that has some of them only is wrong; one that has none says nothing. */
export function createIndicatorReader(columns: readonly string[]): LabelReader {
  return (values) => {
    const labels: string[] = [];
    let refusal: Refusal | undefined;
    let missing = 0;
    for (const column of columns) {
      const reading = readIndicator(values[column]);
      if (reading.kind === 'invalid') return toRefusal(column, reading);
      if (reading.kind === 'missing') {
        missing += 1;
        refusal ??= toRefusal(column, reading);
      } else if (reading.value) labels.push(column);
    }
    return refusal === undefined ? labels : { ...refusal, missing: missing === columns.length };
  };
}

/** Builds multi-label targets from what `readLabels` finds in each row. */
export function createMultiLabelBuilder(
  file: string,
  readLabels: LabelReader,
  labelSet: readonly string[] | undefined,
): TargetBuilder {
  const collector = createLabelCollector(file);
  const rows: Int32Array[] = [];
  return {
    get count() {
      return rows.length;
    },
    add(values, row) {
      const labels = readLabels(values);
      if ('reason' in labels) return labels;
      rows.push(Int32Array.from(labels, (label) => collector.add(label, row)));
      return undefined;
    },
    build() {
      const { labelSet: set, places } = collector.finish(labelSet);
      const width = set.labels.length;
      const indicators = new Uint8Array(rows.length * width);
      for (const [row, indices] of rows.entries()) {
        for (const index of indices) indicators[row * width + (places[index] ?? 0)] = 1;
      }
      return { task: 'multi-label', labels: set.labels, indicators };
    },
  };
}
