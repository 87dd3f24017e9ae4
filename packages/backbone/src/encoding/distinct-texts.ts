/** The different ones among some texts. */
export interface DistinctTexts {
  /** In the order of their first occurrence. */
  readonly texts: readonly string[];
  /** For each of the original texts: its place in `texts`. */
  readonly places: Int32Array;
  /** For each of `texts`: how often it occurs. */
  readonly counts: Int32Array;
}

/** Finds equal texts, so that each is encoded once. */
export function findDistinctTexts(all: readonly string[]): DistinctTexts {
  const seen = new Map<string, number>();
  const places = Int32Array.from(all, (text) => {
    const place = seen.get(text) ?? seen.size;
    if (place === seen.size) seen.set(text, place);
    return place;
  });
  const counts = new Int32Array(seen.size);
  for (const place of places) counts[place] = (counts[place] ?? 0) + 1;
  return { texts: [...seen.keys()], places, counts };
}
