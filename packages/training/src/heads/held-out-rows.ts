import type { Matrix, Targets } from '@polyhead/types';

/** Rows that a head was not fitted on, by which its temperature, thresholds and the like are chosen. */
export interface HeldOutRows {
  readonly targets: Targets;
  /** `[rows, labels]` */
  readonly logits: Matrix;
  /**
   * `[rows, labels]` of heads on the encoder as it was before it learned from these rows. Given where it did: what it says of
   * them now is better than what it will say of others. @default it did not
   */
  readonly beforeLearning?: Matrix | undefined;
  /** Where they come from, for people. */
  readonly source: string;
}
