/** Copies rows of `source` `[_, width]` into `target`, one after the other. */
export function copyRows(source: Float32Array, rows: Int32Array, width: number, target: Float32Array): void {
  for (let position = 0; position < rows.length; position += 1) {
    const start = rows[position]! * width;
    target.set(source.subarray(start, start + width), position * width);
  }
}

/**
 * Inverted dropout in place: an element becomes 0 with probability `rate` (in steps of 1 / 65536), the others grow by
 * `1 / (1 - rate)`. The pseudo-random bits come from xorshift32 (Marsaglia 2003), two decisions a word.
 * @param state not 0
 * @returns the state to go on with
 */
export function dropOut(values: Float32Array, rate: number, state: number): number {
  const limit = Math.round(rate * 65536);
  const scale = 65536 / (65536 - limit);
  let word = state;
  for (let index = 0; index < values.length; index += 2) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    values[index] = (word & 65535) < limit ? 0 : values[index]! * scale;
    if (index + 1 < values.length) values[index + 1] = word >>> 16 < limit ? 0 : values[index + 1]! * scale;
  }
  return word;
}

/** Adds the gradient of `penalty / 2 * sum(weights^2)`, in place. */
export function addPenaltyGradient(gradient: Float32Array, weights: Float32Array, penalty: number): void {
  for (let index = 0; index < gradient.length; index += 1) gradient[index]! += penalty * weights[index]!;
}
