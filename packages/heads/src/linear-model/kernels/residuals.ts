/** A block of consecutive examples and the outputs that are still being fitted. */
export interface RowBlock {
  /** First example of the block. */
  readonly start: number;
  readonly rows: number;
  /** Distance of two rows of the scores: score (row, column) is at `row * stride + column`. */
  readonly stride: number;
  /** Outputs that the columns of the scores belong to. */
  readonly outputs: readonly number[];
}

/** Yes/no targets with the weight of each. */
export interface BinaryTargets {
  /** `[rows, outputs]` of 0 and 1. */
  readonly indicators: Uint8Array;
  readonly outputs: number;
  /** `[rows]` */
  readonly rowWeights: Float64Array;
  /** `[outputs]`: factor on the weight of rows with indicator 0 and 1. */
  readonly negativeWeights: Float64Array;
  readonly positiveWeights: Float64Array;
}

/**
 * A loss of yes/no answers, by the margin against the target (the score where the answer is no, minus the score where it
 * is yes): replaces each of the first `rows` margins by the weighted slope of the loss and returns the sum of the weighted
 * losses.
 */
export type MarginLoss = (margins: Float64Array, weights: Float64Array, rows: number) => number;

/** `log(1 + exp(margin))` */
export function logisticLoss(margins: Float64Array, weights: Float64Array, rows: number): number {
  let value = 0;
  for (let row = 0; row < rows; row += 1) {
    const margin = margins[row]!;
    const weight = weights[row]!;
    const small = Math.exp(-Math.abs(margin));
    value += weight * ((margin > 0 ? margin : 0) + Math.log1p(small));
    margins[row] = weight * ((margin >= 0 ? 1 : small) / (1 + small));
  }
  return value;
}

/** `max(0, 1 + margin)^2` */
export function squaredHingeLoss(margins: Float64Array, weights: Float64Array, rows: number): number {
  let value = 0;
  for (let row = 0; row < rows; row += 1) {
    const slack = Math.max(0, 1 + margins[row]!);
    const weight = weights[row]!;
    value += weight * slack * slack;
    margins[row] = 2 * weight * slack;
  }
  return value;
}

/**
 * Yes/no questions, one a column: replaces scores by the weighted derivatives of the loss and adds the weighted losses to
 * `values` `[columns]`.
 */
export function yesNoResiduals(
  scores: Float64Array,
  block: RowBlock,
  targets: BinaryTargets,
  values: Float64Array,
  loss: MarginLoss,
): void {
  const { rows, start, stride } = block;
  const columns = block.outputs.length;
  const margins = new Float64Array(rows);
  const weights = new Float64Array(rows);
  for (let column = 0; column < columns; column += 1) {
    const output = block.outputs[column]!;
    const positiveWeight = targets.positiveWeights[output]!;
    const negativeWeight = targets.negativeWeights[output]!;
    for (let row = 0; row < rows; row += 1) {
      const score = scores[row * stride + column]!;
      const positive = targets.indicators[(start + row) * targets.outputs + output] === 1;
      margins[row] = positive ? -score : score;
      weights[row] = targets.rowWeights[start + row]! * (positive ? positiveWeight : negativeWeight);
    }
    values[column]! += loss(margins, weights, rows);
    for (let row = 0; row < rows; row += 1) {
      const positive = targets.indicators[(start + row) * targets.outputs + output] === 1;
      scores[row * stride + column] = positive ? -margins[row]! : margins[row]!;
    }
  }
}

/**
 * Cross-entropy of the softmax over all columns: replaces scores by the weighted derivatives and adds
 * each row's weighted loss to the value of its class.
 */
export function softmaxResiduals(
  scores: Float64Array,
  block: RowBlock,
  classIndices: Int32Array,
  rowWeights: Float64Array,
  values: Float64Array,
): void {
  const columns = block.outputs.length;
  for (let row = 0; row < block.rows; row += 1) {
    const start = row * block.stride;
    const weight = rowWeights[block.start + row]!;
    const target = classIndices[block.start + row]!;
    let maximum = -Infinity;
    for (let at = start; at < start + columns; at += 1) maximum = Math.max(maximum, scores[at]!);
    const targetScore = scores[start + target]!;
    let sum = 0;
    for (let at = start; at < start + columns; at += 1) {
      const exponential = Math.exp(scores[at]! - maximum);
      scores[at] = exponential;
      sum += exponential;
    }
    values[target]! += weight * (Math.log(sum) + maximum - targetScore);
    const scale = weight / sum;
    for (let at = start; at < start + columns; at += 1) scores[at]! *= scale;
    scores[start + target]! -= weight;
  }
}
