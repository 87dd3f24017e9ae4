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
 * Logistic loss: replaces scores by the weighted derivatives and adds the weighted losses to `values`.
 */
export function logisticResiduals(
  scores: Float64Array,
  block: RowBlock,
  targets: BinaryTargets,
  values: Float64Array,
): void {
  const columns = block.outputs.length;
  for (let column = 0; column < columns; column += 1) {
    const output = block.outputs[column]!;
    const positiveWeight = targets.positiveWeights[output]!;
    const negativeWeight = targets.negativeWeights[output]!;
    let value = 0;
    for (let row = 0; row < block.rows; row += 1) {
      const at = row * block.stride + column;
      const example = block.start + row;
      const positive = targets.indicators[example * targets.outputs + output] === 1;
      const weight = targets.rowWeights[example]! * (positive ? positiveWeight : negativeWeight);
      // The margin against the target: the loss is log(1 + exp(margin)), its slope sigmoid(margin).
      const margin = positive ? -scores[at]! : scores[at]!;
      const small = Math.exp(-Math.abs(margin));
      value += weight * ((margin > 0 ? margin : 0) + Math.log1p(small));
      const slope = weight * ((margin >= 0 ? 1 : small) / (1 + small));
      scores[at] = positive ? -slope : slope;
    }
    values[column]! += value;
  }
}

/** Squared hinge loss, in the same form as {@link logisticResiduals}. */
export function squaredHingeResiduals(
  scores: Float64Array,
  block: RowBlock,
  targets: BinaryTargets,
  values: Float64Array,
): void {
  const columns = block.outputs.length;
  for (let column = 0; column < columns; column += 1) {
    const output = block.outputs[column]!;
    const positiveWeight = targets.positiveWeights[output]!;
    const negativeWeight = targets.negativeWeights[output]!;
    let value = 0;
    for (let row = 0; row < block.rows; row += 1) {
      const at = row * block.stride + column;
      const example = block.start + row;
      const positive = targets.indicators[example * targets.outputs + output] === 1;
      const weight = targets.rowWeights[example]! * (positive ? positiveWeight : negativeWeight);
      const slack = Math.max(0, positive ? 1 - scores[at]! : 1 + scores[at]!);
      value += weight * slack * slack;
      const slope = 2 * weight * slack;
      scores[at] = positive ? -slope : slope;
    }
    values[column]! += value;
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
