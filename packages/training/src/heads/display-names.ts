import { PolyheadError } from '@polyhead/types';

const shownLabels = 20;

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
  const more = labels.length > shownLabels ? ` and ${labels.length - shownLabels} more` : '';
  throw new PolyheadError('UNKNOWN_LABEL', {
    message: `The displayNames of head "${head}" are for ${quote(unknown)}, but its labels are ${quote(labels.slice(0, shownLabels))}${more}.`,
    remedy: 'Write the labels as the data have them; in YAML, digits with zeros before them need quotes ("01": ...).',
    details: { head, unknown, labels: [...labels] },
  });
}

function quote(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
