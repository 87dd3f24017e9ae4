const shownLabels = 20;

/** Labels for a message: the first twenty, and how many more there are. */
export function listLabels(labels: readonly string[]): string {
  const listed = labels.slice(0, shownLabels).map((label) => `"${label}"`);
  const more = labels.length > shownLabels ? ` and ${labels.length - shownLabels} more` : '';
  return `${listed.join(', ')}${more}`;
}
