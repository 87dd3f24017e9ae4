/** The scores of one row, split by truth, each ascending. */
function splitRow(truth: ArrayLike<number>, scores: ArrayLike<number>, start: number, columns: number): Float64Array[] {
  const sides: number[][] = [[], []];
  for (let at = start; at < start + columns; at++) sides[truth[at]!]!.push(scores[at]!);
  return sides.map((side) => Float64Array.from(side).sort());
}

/** How many of the ascending values are at least `limit`. */
function countAtLeast(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! >= limit) high = middle;
    else low = middle + 1;
  }
  return ascending.length - low;
}

/** For each row: precision at the rank of each true label, averaged; 1 if no label or every label is true. */
export function rankingPrecisions(truth: ArrayLike<number>, scores: ArrayLike<number>, columns: number): Float64Array {
  return Float64Array.from({ length: truth.length / columns }, (_, row) => {
    const [absent, present] = splitRow(truth, scores, row * columns, columns);
    if (present!.length === 0 || absent!.length === 0) return 1;
    let sum = 0;
    for (const score of present!) {
      const relevant = countAtLeast(present!, score);
      sum += relevant / (relevant + countAtLeast(absent!, score));
    }
    return sum / present!.length;
  });
}

/** For each row: the share of (true, other) label pairs in which the other scores at least as high. */
export function rankingLosses(truth: ArrayLike<number>, scores: ArrayLike<number>, columns: number): Float64Array {
  return Float64Array.from({ length: truth.length / columns }, (_, row) => {
    const [absent, present] = splitRow(truth, scores, row * columns, columns);
    if (present!.length === 0 || absent!.length === 0) return 0;
    let reversed = 0;
    for (const score of present!) reversed += countAtLeast(absent!, score);
    return reversed / (present!.length * absent!.length);
  });
}

/** For each row: how many labels score at least as high as the lowest true one; 0 without a true one. */
export function coverages(truth: ArrayLike<number>, scores: ArrayLike<number>, columns: number): Float64Array {
  return Float64Array.from({ length: truth.length / columns }, (_, row) => {
    const [absent, present] = splitRow(truth, scores, row * columns, columns);
    return present!.length === 0 ? 0 : present!.length + countAtLeast(absent!, present![0]!);
  });
}
