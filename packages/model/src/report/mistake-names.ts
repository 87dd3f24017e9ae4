import type { ShowLabel } from '../label-names.ts';
import type { Mistake } from '../metrics-file.ts';

/** What stands between the labels of a mistake. */
const separator = ', ';

/**
 * The labels of a mistake as people read them. They are stored as one text, joined by commas, and a label may have commas itself:
 * the longest label that fits is taken first. A text that is not made of labels stays as it is.
 */
export function showLabels(text: string, labels: readonly string[], show: ShowLabel): string {
  const known = new Set(labels);
  const parts = text.split(separator);
  const shown: string[] = [];
  for (let start = 0; start < parts.length;) {
    let end = parts.length;
    while (end > start && !known.has(parts.slice(start, end).join(separator))) end -= 1;
    if (end === start) return text;
    shown.push(show(parts.slice(start, end).join(separator)));
    start = end;
  }
  return shown.join(separator);
}

/** Mistakes with their labels as people read them. */
export function showMistakes(mistakes: readonly Mistake[], labels: readonly string[], show: ShowLabel): Mistake[] {
  return mistakes.map((mistake) => ({
    ...mistake,
    truth: showLabels(mistake.truth, labels, show),
    predicted: showLabels(mistake.predicted, labels, show),
    label: mistake.label === undefined ? undefined : show(mistake.label),
  }));
}
