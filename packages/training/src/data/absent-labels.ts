import { countLabels } from '@polyhead/data';
import type { Targets } from '@polyhead/types';

/** Labels of classification targets that no row has: they cannot be learned. */
export function absentLabels(targets: Targets): readonly string[] {
  if (targets.task === 'regression') return [];
  const counts = countLabels(targets);
  return targets.labels.filter((_, index) => counts[index] === 0);
}

/** Some names for a message: the first ten. */
export function listLabels(labels: readonly string[]): string {
  const listed = labels.slice(0, 10).map((label) => `"${label}"`);
  return `${listed.join(', ')}${labels.length > 10 ? ', ...' : ''}`;
}
