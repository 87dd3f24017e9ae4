import { ascendingOrder } from './ranks.ts';

/** Points of a function. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** One point a distinct x, ascending: the weighted mean of its y, and the sum of its weights. */
function mergeTies(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): [number, number, number][] {
  const merged: [number, number, number][] = [];
  for (const i of ascendingOrder(x)) {
    const weight = weights === undefined ? 1 : weights[i]!;
    if (weight === 0) continue;
    const last = merged.at(-1);
    if (last !== undefined && last[0] === x[i]) {
      last[1] += weight * y[i]!;
      last[2] += weight;
    } else merged.push([x[i]!, weight * y[i]!, weight]);
  }
  return merged.map(([at, sum, weight]) => [at, sum / weight, weight]);
}

/** The non-decreasing function with the least squared distance from the points, at their x (pool adjacent violators). */
export function fitNonDecreasing(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): Points {
  const points = mergeTies(x, y, weights);
  // Blocks of points that share a value: mean, weight, number of points.
  const blocks: [number, number, number][] = [];
  for (const [, value, weight] of points) {
    blocks.push([value, weight, 1]);
    while (blocks.length > 1 && blocks.at(-2)![0] >= blocks.at(-1)![0]) {
      const [laterValue, laterWeight, laterCount] = blocks.pop()!;
      const earlier = blocks.at(-1)!;
      const total = earlier[1] + laterWeight;
      earlier[0] = (earlier[0] * earlier[1] + laterValue * laterWeight) / total;
      earlier[1] = total;
      earlier[2] += laterCount;
    }
  }
  return {
    x: Float64Array.from(points, ([at]) => at),
    y: Float64Array.from(blocks.flatMap(([value, , count]) => new Array<number>(count).fill(value))),
  };
}

/** The points without those inside a level stretch. */
export function withoutInnerPoints({ x, y }: Points): Points {
  const isKept = (i: number): boolean => i === 0 || i === x.length - 1 || y[i] !== y[i - 1] || y[i] !== y[i + 1];
  return { x: x.filter((_, i) => isKept(i)), y: y.filter((_, i) => isKept(i)) };
}

/** Straight lines between points with ascending x; level outside. */
export function interpolate({ x, y }: Points, at: number): number {
  const last = x.length - 1;
  if (at <= x[0]!) return y[0]!;
  if (at >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= at) low = middle;
    else high = middle;
  }
  return y[low]! + ((at - x[low]!) / (x[high]! - x[low]!)) * (y[high]! - y[low]!);
}
