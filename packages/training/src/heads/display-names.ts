import { PolyheadError } from '@polyhead/types';
import { listLabels } from '../data/list-labels.ts';

/**
 * Refuses names for labels that the head does not have: nobody would ever see them.
 * @throws {PolyheadError} UNKNOWN_LABEL
 */
export function assertDisplayNames(
  head: string,
  displayNames: Readonly<Record<string, string>> | undefined,
  labels: readonly string[],
): void {
  const unknown = Object.keys(displayNames ?? {}).filter((label) => !labels.includes(label));
  if (unknown.length === 0) return;
  throw new PolyheadError('UNKNOWN_LABEL', {
    message: `The displayNames of head "${head}" are for ${listLabels(unknown)}, but its labels are ${listLabels(labels)}.`,
    remedy: 'Write the labels as the data have them; in YAML, digits with zeros before them need quotes ("01": ...).',
    details: { head, unknown, labels: [...labels] },
  });
}
