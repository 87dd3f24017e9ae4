import type { HeadConfig } from '../config/training-config.ts';
import type { HeadData } from '../data/head-data.ts';
import { assertAbstention } from './abstention.ts';
import { assertDisplayNames } from './display-names.ts';

/**
 * Refuses settings of a head that do not fit its data. Every method calls it when the rows are read, before anything slow.
 * @throws {PolyheadError} TASK_UNSUPPORTED, TOO_FEW_EXAMPLES, UNKNOWN_LABEL
 */
export function assertHeadConfig(
  head: string,
  { abstain, displayNames }: Pick<HeadConfig, 'abstain' | 'displayNames'>,
  data: Pick<HeadData, 'train' | 'validation'>,
): void {
  assertAbstention(head, abstain, data);
  assertDisplayNames(head, displayNames, data.train.targets.labels);
}
