import type { LoggedStep } from './step-log.ts';

/**
 * The training rows of every step's batch, from the distinct texts that were seen. Where several rows have the same text, each of them is
 * taken once an epoch, in order; should a batch have held two of them, one is missing.
 * @param rowsOfTexts rows of each distinct text
 */
export function assignRows(
  steps: readonly Pick<LoggedStep, 'epoch' | 'texts'>[],
  rowsOfTexts: readonly (readonly number[])[],
): number[][] {
  const taken = new Map<number, number>();
  let epoch = 0;
  return steps.map((step) => {
    if (step.epoch !== epoch) taken.clear();
    epoch = step.epoch;
    return step.texts.flatMap((text) => {
      const rows = rowsOfTexts[text] ?? [];
      const place = taken.get(text) ?? 0;
      taken.set(text, place + 1);
      const row = rows[Math.min(place, rows.length - 1)];
      return row === undefined ? [] : [row];
    });
  });
}

/** Rows of each distinct text, the texts in the order in which they appear. */
export function groupRows(texts: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  texts.forEach((text, row) => {
    const rows = groups.get(text);
    if (rows === undefined) groups.set(text, [row]);
    else rows.push(row);
  });
  return groups;
}
