import type { Matrix, Targets } from '@polyhead/types';

/** Rows that a head was not fitted on, by which its temperature, thresholds and the like are chosen. */
export interface HeldOutRows {
  readonly targets: Targets;
  /** `[rows, labels]` */
  readonly logits: Matrix;
  /** Where they come from, for people. */
  readonly source: string;
}
