import type { HeadExamples, MultiLabelTargets, SingleLabelTargets } from '@polyhead/types';
import {
  multiLabelWeights,
  rowWeightsOf,
  singleLabelWeights,
  weightedCounts,
  type ClassWeight,
  type LabelWeights,
} from './class-weights.ts';
import { fitLinearModel, type LinearFit, type LinearFitOptions } from './fit-linear-model.ts';
import { logisticLoss, squaredHingeLoss, yesNoResiduals, type BinaryTargets } from './kernels/residuals.ts';
import { spreadOverLabels, toYesNoOutputs, type AffineWeights, type YesNoOutputs } from './yes-no-outputs.ts';

/** How yes/no questions are fitted. */
export interface YesNoOptions {
  readonly loss: 'logistic' | 'squared-hinge';
  /** Inverse strength of the penalty. */
  readonly C: number;
  readonly classWeight: ClassWeight;
  readonly fitIntercept: boolean;
  readonly penalizeIntercept: boolean;
}

/** A fit spread over all labels. */
export interface ClassifierFit extends AffineWeights {
  readonly fit: LinearFit;
}

/** Fits one yes/no question a label (two labels of a single-label task: one question in all). */
export async function fitYesNo(
  examples: HeadExamples & { readonly targets: SingleLabelTargets | MultiLabelTargets },
  options: YesNoOptions,
  fitOptions: LinearFitOptions,
): Promise<ClassifierFit> {
  const { targets, embeddings } = examples;
  const rowWeights = rowWeightsOf(examples);
  const counts = weightedCounts(targets, rowWeights);
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0);
  const outputs = toYesNoOutputs(targets, counts, total);
  const weights = questionWeights(options, targets, { outputs, counts, total });
  const scaled = rowWeights.map((weight) => options.C * weight);
  const binary: BinaryTargets = {
    indicators: outputs.indicators,
    outputs: outputs.labelOfOutput.length,
    rowWeights: scaled,
    negativeWeights: weights.negative,
    positiveWeights: weights.positive,
  };
  const loss = options.loss === 'logistic' ? logisticLoss : squaredHingeLoss;
  const fit = await fitLinearModel(
    {
      embeddings,
      outputs: binary.outputs,
      coupled: false,
      loss: (scores, block, values) => {
        yesNoResiduals(scores, block, binary, values, loss);
      },
      ...startingPoint(options, { outputs, weights, counts, total }),
      fitIntercept: options.fitIntercept,
      penalizeIntercept: options.penalizeIntercept,
      totalWeight: total * options.C,
    },
    fitOptions,
  );
  return { fit, ...spreadOverLabels(fit, outputs) };
}

interface QuestionSums {
  readonly outputs: YesNoOutputs;
  readonly counts: Float64Array;
  readonly total: number;
}

/**
 * Factors for the yes and the no of every output. With several outputs of a single-label task, liblinear (whose support vector
 * machine scikit-learn's LinearSVC is) lets the weight of a class count for its yes alone; one-vs-rest logistic
 * regression balances the yes and the no of each question.
 */
function questionWeights(
  { classWeight, loss }: Pick<YesNoOptions, 'classWeight' | 'loss'>,
  targets: SingleLabelTargets | MultiLabelTargets,
  { outputs, counts, total }: QuestionSums,
): LabelWeights {
  const { labelOfOutput } = outputs;
  const pick = (values: Float64Array): Float64Array => Float64Array.from(labelOfOutput, (label) => values[label] ?? 1);
  const [only, ...others] = labelOfOutput;
  if (targets.task === 'single-label' && others.length === 0 && only !== undefined) {
    const weights = singleLabelWeights(classWeight, targets.labels, counts);
    const other = [...counts.keys()].find((label) => label !== only && (counts[label] ?? 0) > 0) ?? 0;
    return { positive: pick(weights), negative: Float64Array.of(weights[other] ?? 1) };
  }
  if (targets.task === 'single-label' && loss === 'squared-hinge') {
    const weights = singleLabelWeights(classWeight, targets.labels, counts);
    return { positive: pick(weights), negative: new Float64Array(labelOfOutput.length).fill(1) };
  }
  const { positive, negative } = multiLabelWeights(classWeight, targets.labels, { present: counts, total });
  return { positive: pick(positive), negative: pick(negative) };
}

interface StartingPoint {
  readonly curvatures: readonly number[];
  readonly initialBias: readonly number[];
}

/** A guess at the share of examples within the margin, which alone bend the squared hinge loss. */
const marginShare = 0.1;

/** The best constant answer, and the curvature of the loss there. */
function startingPoint(options: YesNoOptions, sums: QuestionSums & { readonly weights: LabelWeights }): StartingPoint {
  const { labelOfOutput } = sums.outputs;
  const sides = labelOfOutput.map((label, output) => {
    const count = sums.counts[label] ?? 0;
    return {
      yes: options.C * count * (sums.weights.positive[output] ?? 1),
      no: options.C * (sums.total - count) * (sums.weights.negative[output] ?? 1),
    };
  });
  if (options.loss === 'squared-hinge') {
    return { curvatures: sides.map(({ yes, no }) => 2 * marginShare * (yes + no)), initialBias: sides.map(() => 0) };
  }
  if (!options.fitIntercept) {
    return { curvatures: sides.map(({ yes, no }) => (yes + no) / 4), initialBias: sides.map(() => 0) };
  }
  return {
    curvatures: sides.map(({ yes, no }) => (yes * no) / (yes + no)),
    initialBias: sides.map(({ yes, no }) => Math.log(yes / no)),
  };
}
