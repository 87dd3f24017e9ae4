import type { JsonValue, Targets } from '@polyhead/types';
import type { Reading } from '../cell-values.ts';

/** Reads the targets of one head, row after row. */
export interface TargetBuilder {
  /**
   * Takes the target of a row, unless it is missing or invalid.
   * @param row position in the file, for errors
   * @returns undefined if taken; otherwise why not, as a whole phrase for an invalid one
   */
  add(values: Readonly<Record<string, JsonValue>>, row: number): Refusal | undefined;
  /** Number of targets taken. */
  readonly count: number;
  /**
   * The targets of the rows taken, in their order.
   * @throws {PolyheadError} UNKNOWN_LABEL
   */
  build(): Targets;
}

/** Why a row gives no target. */
export interface Refusal {
  /** True if the row says nothing about this head, false if it says something wrong. */
  readonly missing: boolean;
  /** `column "label" is empty` */
  readonly reason: string;
}

/** The refusal for a reading that is not a value. */
export function toRefusal(column: string, reading: Exclude<Reading<unknown>, { kind: 'value' }>): Refusal {
  if (reading.kind === 'missing') return { missing: true, reason: `column "${column}" is empty` };
  return { missing: false, reason: `column "${column}" ${reading.reason}` };
}
