/** How many pairs of rows are ordered how. */
export interface PairStatistics {
  readonly pairs: number;
  readonly tiedFirst: number;
  readonly tiedSecond: number;
  readonly tiedBoth: number;
  readonly discordant: number;
}

/** Pairs within runs of neighbours that `equal` joins. */
function pairsInRuns(length: number, equal: (i: number) => boolean): number {
  let pairs = 0;
  let run = 1;
  for (let i = 1; i <= length; i++) {
    if (i < length && equal(i)) run++;
    else {
      pairs += (run * (run - 1)) / 2;
      run = 1;
    }
  }
  return pairs;
}

/** Sorts ascending by merging and counts how many pairs were strictly out of order. */
function sortCountingInversions(values: Float64Array): number {
  let inversions = 0;
  let source = values;
  let target: Float64Array = new Float64Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        if (left < middle && (right >= end || source[left]! <= source[right]!)) target[at] = source[left++]!;
        else {
          inversions += middle - left;
          target[at] = source[right++]!;
        }
      }
    }
    [source, target] = [target, source];
  }
  if (source !== values) values.set(source);
  return inversions;
}

/** Counts tied and discordant pairs in n log n (Knight 1966). */
export function pairStatistics(first: ArrayLike<number>, second: ArrayLike<number>): PairStatistics {
  const length = first.length;
  const order = Int32Array.from({ length }, (_, i) => i).sort(
    (a, b) => first[a]! - first[b]! || second[a]! - second[b]!,
  );
  const x = Float64Array.from(order, (i) => first[i]!);
  const y = Float64Array.from(order, (i) => second[i]!);
  const tiedFirst = pairsInRuns(length, (i) => x[i] === x[i - 1]);
  const tiedBoth = pairsInRuns(length, (i) => x[i] === x[i - 1] && y[i] === y[i - 1]);
  const discordant = sortCountingInversions(y);
  const tiedSecond = pairsInRuns(length, (i) => y[i] === y[i - 1]);
  return { pairs: (length * (length - 1)) / 2, tiedFirst, tiedSecond, tiedBoth, discordant };
}
