import { textKey } from './normalized-text.ts';

/** The rows of each text, ascending; texts in the order of their first rows. Compared as {@link textKey} says. */
export function rowsByText(texts: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [row, text] of texts.entries()) {
    const key = textKey(text);
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return groups;
}
