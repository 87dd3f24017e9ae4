/** For each row of a `[rows, columns]` matrix, the column of its greatest value; the first of equals. */
export function argMaxRows(values: ArrayLike<number>, columns: number): Int32Array {
  const rows = values.length / columns;
  const best = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let column = 0;
    for (let other = 1; other < columns; other++) if (values[start + other]! > values[start + column]!) column = other;
    best[row] = column;
  }
  return best;
}

/** A copy of one column of a `[rows, columns]` matrix; float32 stays float32. */
export function copyColumn(values: ArrayLike<number>, columns: number, column: number): Float32Array | Float64Array {
  const rows = values.length / columns;
  const copy = values instanceof Float32Array ? new Float32Array(rows) : new Float64Array(rows);
  for (let row = 0; row < rows; row++) copy[row] = values[row * columns + column]!;
  return copy;
}

/** 1 where the index equals `wanted`. */
export function indicatorOf(indices: ArrayLike<number>, wanted: number): Uint8Array {
  const indicator = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i++) indicator[i] = indices[i] === wanted ? 1 : 0;
  return indicator;
}

/** `[rows, columns]` of 0 and 1: 1 where the score reaches its column's threshold. */
export function applyColumnThresholds(scores: ArrayLike<number>, thresholds: ArrayLike<number>): Uint8Array {
  const columns = thresholds.length;
  const decisions = new Uint8Array(scores.length);
  for (let start = 0; start < scores.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      if (scores[start + column]! >= thresholds[column]!) decisions[start + column] = 1;
    }
  }
  return decisions;
}

/**
 * For each row: 1 if its true class is among the `count` best.
 * Of classes with equal scores the later one ranks higher.
 */
export function hitsAmongBest(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  columns: number,
  count: number,
): Uint8Array {
  const hits = new Uint8Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    const start = row * columns;
    const label = truth[row]!;
    const own = scores[start + label]!;
    let better = 0;
    for (let other = 0; other < columns; other++) {
      const score = scores[start + other]!;
      if (score > own || (score === own && other > label)) better++;
    }
    if (better < count) hits[row] = 1;
  }
  return hits;
}

/** For each row: minus the logarithm of the probability of its true class, kept away from 0 and 1 by `margin`. */
export function classLogLosses(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  columns: number,
  margin: number,
): Float64Array {
  const losses = new Float64Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    const probability = probabilities[row * columns + truth[row]!]!;
    losses[row] = -Math.log(Math.min(Math.max(probability, margin), 1 - margin));
  }
  return losses;
}

/** For each row: the squared distance between the probabilities and the true class's unit vector. */
export function classBrierScores(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  columns: number,
): Float64Array {
  const scores = new Float64Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const difference = probabilities[row * columns + column]! - (column === truth[row] ? 1 : 0);
      sum += difference * difference;
    }
    scores[row] = sum;
  }
  return scores;
}
