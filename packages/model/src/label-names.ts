import type { HeadManifest } from '@polyhead/types';

/** Names to show instead of labels, by label. */
export type DisplayNames = Readonly<Record<string, string>>;

/** A head with the names of its labels. */
export type NamedHead = Pick<HeadManifest, 'name' | 'displayNames'>;

/** Makes a label what people read in its place. */
export type ShowLabel = (label: string) => string;

/** The names of a head's labels; undefined if it has none. */
export function findDisplayNames(heads: readonly NamedHead[], head: string): DisplayNames | undefined {
  const names = heads.find(({ name }) => name === head)?.displayNames;
  return names === undefined || Object.keys(names).length === 0 ? undefined : names;
}

/** The name to show for a label: the label itself where it has none. */
export function toDisplayName(names: DisplayNames, label: string): string {
  return (Object.hasOwn(names, label) ? names[label] : undefined) ?? label;
}

/**
 * What people read in place of a head's labels: their names. A name that several labels have is followed by the label, so that
 * they can be told apart: `Transfer (01)`.
 */
export function createShownNames({ labels, displayNames }: Pick<HeadManifest, 'labels' | 'displayNames'>): ShowLabel {
  if (displayNames === undefined) return (label) => label;
  const counts = new Map<string, number>();
  for (const label of labels) {
    const name = toDisplayName(displayNames, label);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (label) => {
    const name = toDisplayName(displayNames, label);
    return name === label || (counts.get(name) ?? 0) < 2 ? name : `${name} (${label})`;
  };
}
