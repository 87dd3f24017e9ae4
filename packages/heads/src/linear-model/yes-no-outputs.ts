import type { MultiLabelTargets, SingleLabelTargets } from '@polyhead/types';

/** Targets as yes/no questions, one a column; labels that leave nothing to ask are answered at once. */
export interface YesNoOutputs {
  readonly labelCount: number;
  /** For each output the label whose presence it asks. */
  readonly labelOfOutput: readonly number[];
  /** `[rows, outputs]` of 0 and 1. */
  readonly indicators: Uint8Array;
  /** Labels that are always there or never: the constant answer. */
  readonly constants: ReadonlyMap<number, boolean>;
}

/**
 * A logit that stands for "never" (negative) or "always": its sigmoid is exactly 0 or 1, and unlike an infinite one it
 * survives files and multiplication by 0.
 */
export const certainLogit = 1000;

/**
 * The questions that targets put. Two labels on a single-label task are one question: is it the second?
 * @param counts `[labels]`: weighted count of each label
 */
export function toYesNoOutputs(
  targets: SingleLabelTargets | MultiLabelTargets,
  counts: Float64Array,
  total: number,
): YesNoOutputs {
  const labels = [...counts.keys()];
  const constants = new Map<number, boolean>();
  for (const label of labels) {
    const count = counts[label] ?? 0;
    if (count === 0) constants.set(label, false);
    else if (targets.task === 'multi-label' && count >= total) constants.set(label, true);
  }
  const open = labels.filter((label) => !constants.has(label));
  const labelOfOutput = targets.task === 'single-label' && open.length === 2 ? open.slice(1) : open;
  return { labelCount: labels.length, labelOfOutput, indicators: toIndicators(targets, labelOfOutput), constants };
}

function toIndicators(targets: SingleLabelTargets | MultiLabelTargets, labelOfOutput: readonly number[]): Uint8Array {
  const outputs = labelOfOutput.length;
  const labels = targets.labels.length;
  const rows = targets.task === 'single-label' ? targets.classIndices.length : targets.indicators.length / labels;
  const indicators = new Uint8Array(rows * outputs);
  for (const [output, label] of labelOfOutput.entries()) {
    for (let row = 0; row < rows; row += 1) {
      const present =
        targets.task === 'single-label'
          ? targets.classIndices[row] === label
          : targets.indicators[row * labels + label] === 1;
      if (present) indicators[row * outputs + output] = 1;
    }
  }
  return indicators;
}

/** Weights and biases, row for row. */
export interface AffineWeights {
  /** `[labels, dimension]` */
  readonly weights: Float32Array;
  /** `[labels]` */
  readonly bias: Float32Array;
}

/**
 * Spreads fitted outputs over all labels: labels without an output get a row of zeros, with a certain bias if they are
 * constant.
 * @param fit `weights` `[outputs, dimension]`, `bias` `[outputs]`
 */
export function spreadOverLabels(
  fit: { readonly weights: Float64Array; readonly bias: Float64Array },
  { labelCount, labelOfOutput, constants }: Omit<YesNoOutputs, 'indicators'>,
): AffineWeights {
  const dimension = fit.weights.length / labelOfOutput.length;
  const weights = new Float32Array(labelCount * dimension);
  const bias = new Float32Array(labelCount);
  for (const [label, always] of constants) bias[label] = always ? certainLogit : -certainLogit;
  for (const [output, label] of labelOfOutput.entries()) {
    weights.set(fit.weights.subarray(output * dimension, (output + 1) * dimension), label * dimension);
    bias[label] = fit.bias[output] ?? 0;
  }
  return { weights, bias };
}
