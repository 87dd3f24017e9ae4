/** The middle of the values; the mean of the two middle ones if their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** What repeated measurements came to. */
export interface Spread {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), minimum: Math.min(...values), maximum: Math.max(...values) };
}

/** Each number over its counterpart: what one contestant took over what another took in the same round. */
export function pairedRatios(numerators: readonly number[], denominators: readonly number[]): number[] {
  return numerators.map((numerator, index) => numerator / (denominators[index] ?? NaN));
}

/** The slope of the least-squares line through the points `[x, y]`; 0 if all x are equal. */
export function slopeOf(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return variance > 0 ? covariance / variance : 0;
}

/** How far two sets of embeddings `[rows, columns]` are apart. */
export interface EmbeddingDifference {
  /** Greatest distance of two elements. */
  readonly maximumDifference: number;
  /** Cosine of the two rows that agree least. */
  readonly minimumCosine: number;
}

export function compareEmbeddings(left: Float32Array, right: Float32Array, columns: number): EmbeddingDifference {
  let maximumDifference = 0;
  let minimumCosine = 1;
  for (let start = 0; start < left.length; start += columns) {
    let product = 0;
    let leftSquare = 0;
    let rightSquare = 0;
    for (let index = start; index < start + columns; index++) {
      const a = left[index] ?? NaN;
      const b = right[index] ?? NaN;
      maximumDifference = Math.max(maximumDifference, Math.abs(a - b));
      product += a * b;
      leftSquare += a * a;
      rightSquare += b * b;
    }
    minimumCosine = Math.min(minimumCosine, product / Math.sqrt(leftSquare * rightSquare));
  }
  return { maximumDifference, minimumCosine };
}
