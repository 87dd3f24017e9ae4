import { describe, expect, it } from 'vitest';
import { meanOf } from '../kernels/sums.ts';
import { expectClose } from '../test-support/expect-close.ts';
import { isRefusal, readGolden, type GoldenError } from '../test-support/golden.ts';
import type { ValuePredictions } from '../input-types.ts';
import { kendall, pearson, spearman } from './correlation.ts';
import { maximumError, meanAbsoluteError, meanSquaredError, rootMeanSquaredError } from './errors.ts';
import { explainedVariance, rSquared } from './explained-variance.ts';

interface GoldenCase {
  name: string;
  truth: number[] | number[][];
  predicted: number[] | number[][];
  sample_weight: number[] | null;
  mse: number;
  rmse: number;
  mae: number;
  r2: number;
  explained_variance: number;
  max_error: number | null;
  pearson?: number | GoldenError;
  spearman?: number | GoldenError;
  kendall_tau_b?: number | GoldenError;
  r2_per_output?: number[];
  mse_per_output?: number[];
}

/** One input an output; several outputs are the columns of nested lists. */
function inputsOf({ truth, predicted, sample_weight }: GoldenCase): ValuePredictions[] {
  const outputs = Array.isArray(truth[0]) ? truth[0].length : 1;
  const column = (rows: number[] | number[][], index: number): number[] =>
    rows.map((row) => (typeof row === 'number' ? row : (row[index] ?? NaN)));
  return Array.from({ length: outputs }, (_, index) => ({
    truth: column(truth, index),
    predicted: column(predicted, index),
    sampleWeights: sample_weight ?? undefined,
  }));
}

function expectFigureOrRefusal(compute: () => number, golden: number | GoldenError): void {
  if (!isRefusal(golden)) expectClose(compute(), golden);
  else expect(compute).toThrow(expect.objectContaining({ code: 'TOO_FEW_EXAMPLES' }));
}

describe.each(readGolden<{ cases: GoldenCase[] }>('regression').cases)('scikit-learn and scipy on $name', (golden) => {
  const inputs = inputsOf(golden);
  const meanOverOutputs = (metric: (input: ValuePredictions) => number): number => meanOf(inputs.map(metric));

  it('gives the same errors', () => {
    expectClose(meanOverOutputs(meanSquaredError), golden.mse);
    expectClose(meanOverOutputs(rootMeanSquaredError), golden.rmse);
    expectClose(meanOverOutputs(meanAbsoluteError), golden.mae);
    if (golden.max_error !== null) expectClose(meanOverOutputs(maximumError), golden.max_error);
    if (golden.mse_per_output) expectClose(inputs.map(meanSquaredError), golden.mse_per_output);
  });

  it('gives the same explained shares', () => {
    expectClose(meanOverOutputs(rSquared), golden.r2);
    expectClose(meanOverOutputs(explainedVariance), golden.explained_variance);
    if (golden.r2_per_output) expectClose(inputs.map(rSquared), golden.r2_per_output);
  });

  const { pearson: goldenPearson, spearman: goldenSpearman, kendall_tau_b: goldenKendall } = golden;
  if (goldenPearson === undefined || goldenSpearman === undefined || goldenKendall === undefined) return;

  it('gives the same correlations', () => {
    expectFigureOrRefusal(() => meanOverOutputs(pearson), goldenPearson);
    expectFigureOrRefusal(() => meanOverOutputs(spearman), goldenSpearman);
    expectFigureOrRefusal(() => meanOverOutputs(kendall), goldenKendall);
  });
});
