import { readNumber } from '../cell-values.ts';
import { toRefusal, type TargetBuilder } from './target-builder.ts';

/** Builds regression targets from one column of numbers. */
export function createRegressionBuilder(column: string): TargetBuilder {
  const numbers: number[] = [];
  return {
    get count() {
      return numbers.length;
    },
    add(values) {
      const reading = readNumber(values[column]);
      if (reading.kind !== 'value') return toRefusal(column, reading);
      numbers.push(reading.value);
      return undefined;
    },
    build() {
      return { task: 'regression', labels: [column], values: Float64Array.from(numbers) };
    },
  };
}
