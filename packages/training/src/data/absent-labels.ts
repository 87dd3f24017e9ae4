import { countLabels } from '@polyhead/data';
import type { Targets } from '@polyhead/types';

/** Labels of classification targets that no row has: they cannot be learned. */
export function absentLabels(targets: Targets): readonly string[] {
  if (targets.task === 'regression') return [];
  const counts = countLabels(targets);
  return targets.labels.filter((_, index) => counts[index] === 0);
}
