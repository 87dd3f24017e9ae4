/** Sums of figures with the number of times that each was seen, so that means can go on after a break. */
export interface RunningMeans {
  readonly sums: Record<string, number>;
  readonly counts: Record<string, number>;
}

/** No figures yet. */
export function emptyMeans(): RunningMeans {
  return { sums: {}, counts: {} };
}

/** Adds one value of each figure, in place. */
export function addToMeans({ sums, counts }: RunningMeans, figures: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(figures)) {
    sums[name] = (sums[name] ?? 0) + value;
    counts[name] = (counts[name] ?? 0) + 1;
  }
}

/** The mean of every figure that was seen. */
export function toMeans({ sums, counts }: RunningMeans): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / (counts[name] ?? 1)]));
}
