/** Number of characters to insert, delete or replace to make one text the other (Levenshtein 1966). */
export function editDistance(first: string, second: string): number {
  let previous = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let row = 0; row < first.length; row++) {
    const current = [row + 1];
    for (let column = 0; column < second.length; column++) {
      const replace = (previous[column] ?? 0) + (first[row] === second[column] ? 0 : 1);
      current.push(Math.min(replace, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[second.length] ?? 0;
}

/** The name that is most like another, case aside; undefined if none has more than half of its characters in place. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const limit = Math.max(name.length, candidate.length) / 2;
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name: candidate, distance };
  }
  return best?.name;
}
