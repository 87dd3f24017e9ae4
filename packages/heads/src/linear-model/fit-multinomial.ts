import type { HeadExamples, SingleLabelTargets } from '@polyhead/types';
import { rowWeightsOf, singleLabelWeights, weightedCounts } from './class-weights.ts';
import { fitLinearModel, type LinearFitOptions } from './fit-linear-model.ts';
import type { ClassifierFit, YesNoOptions } from './fit-yes-no.ts';
import { softmaxResiduals } from './kernels/residuals.ts';
import { spreadOverLabels } from './yes-no-outputs.ts';

/** Fits a softmax over all labels that occur; labels that do not occur get the probability 0. */
export async function fitMultinomial(
  examples: HeadExamples & { readonly targets: SingleLabelTargets },
  options: Pick<YesNoOptions, 'C' | 'classWeight' | 'fitIntercept'>,
  fitOptions: LinearFitOptions,
): Promise<ClassifierFit> {
  const { targets, embeddings } = examples;
  const sampleWeights = rowWeightsOf(examples);
  const counts = weightedCounts(targets, sampleWeights);
  const factors = singleLabelWeights(options.classWeight, targets.labels, counts);
  const rowWeights = sampleWeights.map(
    (weight, row) => options.C * weight * (factors[targets.classIndices[row] ?? 0] ?? 1),
  );
  const labelOfOutput = [...counts.keys()].filter((label) => (counts[label] ?? 0) > 0);
  const outputOfLabel = new Map(labelOfOutput.map((label, output) => [label, output]));
  // A label without weight may still occur in rows of weight 0: any class will do there.
  const classes = targets.classIndices.map((label) => outputOfLabel.get(label) ?? 0);
  const totalWeight = rowWeights.reduce((sum, weight) => sum + weight, 0);
  const shares = labelOfOutput.map((label) => (options.C * (counts[label] ?? 0) * (factors[label] ?? 1)) / totalWeight);
  const fit = await fitLinearModel(
    {
      embeddings,
      outputs: labelOfOutput.length,
      coupled: true,
      loss: (scores, block, values) => {
        softmaxResiduals(scores, block, classes, rowWeights, values);
      },
      ...startingPoint(shares, totalWeight, options.fitIntercept),
      fitIntercept: options.fitIntercept,
      penalizeIntercept: false,
      totalWeight,
    },
    fitOptions,
  );
  const constants = new Map(
    [...counts.keys()].filter((label) => !outputOfLabel.has(label)).map((label) => [label, false]),
  );
  const centered = { weights: fit.weights, bias: center(fit.bias) };
  return { fit, ...spreadOverLabels(centered, { labelCount: counts.length, labelOfOutput, constants }) };
}

/** The best constant answer, and the curvature of each class's loss there. */
function startingPoint(
  shares: readonly number[],
  totalWeight: number,
  fitIntercept: boolean,
): { curvatures: number[]; initialBias: number[] } {
  const used = fitIntercept ? shares : shares.map(() => 1 / shares.length);
  return {
    curvatures: used.map((share) => totalWeight * share * (1 - share)),
    initialBias: [...center(Float64Array.from(used, (share) => Math.log(share)))],
  };
}

/** A softmax does not change when all intercepts move together: the ones with mean 0 are chosen. */
function center(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
