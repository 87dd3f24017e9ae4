import type { RandomGenerator } from '@polyhead/types';
import type { BatchRows } from './sources/contrastive-source.ts';

/** How a whole embedding phase is laid out. */
export interface PlanOptions {
  readonly source: Pick<BatchRows, 'batchesOf'>;
  readonly totalSteps: number;
  /** Parts of equal length, after each of which the encoder is judged. */
  readonly parts: number;
  readonly random: RandomGenerator;
}

/**
 * The batches of one part of an embedding phase. Passes over few texts are short, so judging after every pass would take
 * longer than training; the steps of all passes are cut into equal parts instead.
 * @param part counted from 1
 */
export function plannedBatches(part: number, { source, totalSteps, parts, random }: PlanOptions): Int32Array[] {
  const from = Math.round(((part - 1) * totalSteps) / parts);
  const to = Math.round((part * totalSteps) / parts);
  const planned: Int32Array[] = [];
  let start = 0;
  for (let pass = 1; start < to; pass += 1) {
    const batches = source.batchesOf(pass, random.fork(`pass ${pass}`));
    if (batches.length === 0) break;
    planned.push(...batches.slice(Math.max(0, from - start), Math.max(0, to - start)));
    start += batches.length;
  }
  return planned;
}
