import { createIndicatorReader, createLabelListReader, createMultiLabelBuilder } from './multi-label-builder.ts';
import { createRegressionBuilder } from './regression-builder.ts';
import { createSingleLabelBuilder } from './single-label-builder.ts';
import type { TargetBuilder } from './target-builder.ts';
import type { ResolvedTargetColumns } from './target-columns.ts';

/**
 * The builder for resolved columns.
 * @param file named in errors
 * @param labelSet the labels that there may be, in order; for one column a label, the columns in their order are the
 * default
 */
export function createTargetBuilder(
  file: string,
  columns: ResolvedTargetColumns,
  labelSet: readonly string[] | undefined,
): TargetBuilder {
  if ('label' in columns) return createSingleLabelBuilder(file, columns.label, labelSet);
  if ('value' in columns) return createRegressionBuilder(columns.value);
  if ('labels' in columns) {
    return createMultiLabelBuilder(file, createLabelListReader(columns.labels, columns.delimiter), labelSet);
  }
  const { labelColumns } = columns;
  return createMultiLabelBuilder(file, createIndicatorReader(labelColumns), labelSet ?? labelColumns);
}
