import type { ErrorCode, Matrix, MultiLabelTargets, RegressionTargets, SingleLabelTargets } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import {
  applyThresholds,
  averageFbeta,
  averagePrecision,
  binaryLogLoss,
  brierScore,
  classificationReport,
  confusionMatrix,
  countsPerLabel,
  evaluateMultiLabel,
  evaluateRegression,
  evaluateSingleLabel,
  expectedCalibrationError,
  fbetaFigures,
  findConfidentMistakes,
  fitIsotonic,
  fitPlatt,
  fitTemperature,
  labelRankingLoss,
  logLoss,
  meanAbsoluteError,
  meanSquaredError,
  multiLabelRocAuc,
  oneVsOneRocAuc,
  oneVsRestRocAuc,
  pearson,
  rocAuc,
  rSquared,
  samplesJaccard,
  spearman,
  subsetAccuracy,
  thresholdTable,
  thresholdsInOrder,
  topKAccuracy,
  tuneThresholds,
} from './index.ts';

function matrixOf(data: number[], rows: number, columns: number): Matrix {
  return { data: Float32Array.from(data), rows, columns };
}

function single(classIndices: number[]): SingleLabelTargets {
  return { task: 'single-label', labels: ['a', 'b'], classIndices: Int32Array.from(classIndices) };
}

function multi(indicators: number[]): MultiLabelTargets {
  return { task: 'multi-label', labels: ['a', 'b'], indicators: Uint8Array.from(indicators) };
}

function regression(values: number[]): RegressionTargets {
  return { task: 'regression', labels: ['value'], values: Float64Array.from(values) };
}

const scores = matrixOf([0.1, 0.9, 0.8, 0.2], 2, 2);
const counts = countsPerLabel({ truth: [1, 0], predicted: [1, 0], labelCount: 2 });

const refusals: readonly (readonly [what: string, code: ErrorCode, compute: () => unknown])[] = [
  // Lengths and shapes
  [
    'predicted classes are missing',
    'SHAPE_MISMATCH',
    () => confusionMatrix({ truth: [0, 1], predicted: [0], classCount: 2 }),
  ],
  ['weights are missing', 'SHAPE_MISMATCH', () => rocAuc({ truth: [0, 1], scores: [0, 1], sampleWeights: [1] })],
  ['scores are missing', 'SHAPE_MISMATCH', () => averagePrecision({ truth: [0, 1], scores: [0] })],
  [
    'a row is incomplete',
    'SHAPE_MISMATCH',
    () => subsetAccuracy({ truth: [0, 1, 1], predicted: [0, 1, 1], labelCount: 2 }),
  ],
  ['class scores are too short', 'SHAPE_MISMATCH', () => logLoss({ truth: [0, 1], scores: [0, 1, 1], classCount: 2 })],
  ['values are missing', 'SHAPE_MISMATCH', () => meanSquaredError({ truth: [1, 2], predicted: [1] })],
  ['confidence is missing', 'SHAPE_MISMATCH', () => expectedCalibrationError({ confidence: [0.5], correct: [1, 0] })],
  ['a report lacks names', 'SHAPE_MISMATCH', () => classificationReport({ labels: ['a'], counts })],
  ['averaged weights are missing', 'SHAPE_MISMATCH', () => averageFbeta(fbetaFigures(counts), [1])],
  ['Jaccard weights are missing', 'SHAPE_MISMATCH', () => samplesJaccard(counts, { sampleWeights: [1] })],
  ['targets and scores differ in rows', 'SHAPE_MISMATCH', () => evaluateSingleLabel({ targets: single([0]), scores })],
  [
    'labels and columns differ',
    'SHAPE_MISMATCH',
    () => evaluateSingleLabel({ targets: { ...single([0, 1]), labels: ['a'] }, scores }),
  ],
  [
    'a matrix lies about its rows',
    'SHAPE_MISMATCH',
    () => evaluateSingleLabel({ targets: single([0, 1, 0]), scores: { ...scores, rows: 3 } }),
  ],
  ['indicators are missing', 'SHAPE_MISMATCH', () => evaluateMultiLabel({ targets: multi([0, 1]), scores })],
  ['indicators are missing for tuning', 'SHAPE_MISMATCH', () => tuneThresholds({ targets: multi([0, 1]), scores })],
  [
    'values are missing for an evaluation',
    'SHAPE_MISMATCH',
    () => evaluateRegression({ targets: regression([1, 2]), values: [1] }),
  ],
  ['thresholds are missing', 'SHAPE_MISMATCH', () => applyThresholds(scores, [0.5])],
  ['mistakes lack rows', 'SHAPE_MISMATCH', () => findConfidentMistakes(single([0]), scores)],
  // Not finite
  ['a score is NaN', 'NOT_FINITE', () => rocAuc({ truth: [0, 1], scores: [0, NaN] })],
  [
    'a score is infinite',
    'NOT_FINITE',
    () => multiLabelRocAuc({ truth: [0, 1], scores: [0, Infinity], labelCount: 1 }),
  ],
  ['a probability is NaN', 'NOT_FINITE', () => brierScore({ truth: [0], scores: [NaN, 1], classCount: 2 })],
  ['a value is NaN', 'NOT_FINITE', () => meanAbsoluteError({ truth: [1], predicted: [NaN] })],
  ['a true value is NaN', 'NOT_FINITE', () => evaluateRegression({ targets: regression([NaN]), values: [1] })],
  [
    'a weight is NaN',
    'NOT_FINITE',
    () => confusionMatrix({ truth: [0], predicted: [0], classCount: 1, sampleWeights: [NaN] }),
  ],
  [
    'an evaluated score is NaN',
    'NOT_FINITE',
    () => evaluateSingleLabel({ targets: single([0, 1]), scores: matrixOf([NaN, 1, 1, 0], 2, 2) }),
  ],
  [
    'a tuned score is NaN',
    'NOT_FINITE',
    () => tuneThresholds({ targets: multi([0, 1, 1, 0]), scores: matrixOf([0, 0, 0, NaN], 2, 2) }),
  ],
  ['a logit is NaN', 'NOT_FINITE', () => fitTemperature({ logits: [NaN, 1], truth: [0], classCount: 2 })],
  ['a calibrated score is NaN', 'NOT_FINITE', () => fitIsotonic({ truth: [0], scores: [NaN] })],
  ['a threshold is NaN', 'NOT_FINITE', () => thresholdsInOrder(['a'], { a: NaN })],
  // Nothing to count
  [
    'there are no classes to count',
    'TOO_FEW_EXAMPLES',
    () => confusionMatrix({ truth: [], predicted: [], classCount: 2 }),
  ],
  [
    'there are no rows of labels',
    'TOO_FEW_EXAMPLES',
    () => countsPerLabel({ truth: [], predicted: [], labelCount: 2 }),
  ],
  ['there are no scores', 'TOO_FEW_EXAMPLES', () => rocAuc({ truth: [], scores: [] })],
  ['there are no class scores', 'TOO_FEW_EXAMPLES', () => oneVsRestRocAuc({ truth: [], scores: [], classCount: 2 })],
  ['there are no label scores', 'TOO_FEW_EXAMPLES', () => labelRankingLoss({ truth: [], scores: [], labelCount: 2 })],
  ['there are no values', 'TOO_FEW_EXAMPLES', () => rSquared({ truth: [], predicted: [] })],
  ['there are no ranks', 'TOO_FEW_EXAMPLES', () => spearman({ truth: [], predicted: [] })],
  ['there is one value to correlate', 'TOO_FEW_EXAMPLES', () => pearson({ truth: [1], predicted: [1] })],
  ['there are no logits', 'TOO_FEW_EXAMPLES', () => fitTemperature({ logits: [], truth: [], classCount: 1 })],
  ['there is nothing to calibrate', 'TOO_FEW_EXAMPLES', () => fitPlatt({ truth: [], scores: [] })],
  [
    'all calibrated rows have weight 0',
    'TOO_FEW_EXAMPLES',
    () => fitIsotonic({ truth: [1], scores: [1], sampleWeights: [0] }),
  ],
  [
    'nothing is evaluated',
    'TOO_FEW_EXAMPLES',
    () => evaluateSingleLabel({ targets: single([]), scores: matrixOf([], 0, 2) }),
  ],
  [
    'no labels are evaluated',
    'TOO_FEW_EXAMPLES',
    () => evaluateMultiLabel({ targets: multi([]), scores: matrixOf([], 0, 2) }),
  ],
  ['no values are evaluated', 'TOO_FEW_EXAMPLES', () => evaluateRegression({ targets: regression([]), values: [] })],
  ['nothing is tuned', 'TOO_FEW_EXAMPLES', () => tuneThresholds({ targets: multi([]), scores: matrixOf([], 0, 2) })],
  [
    'there is one class for pairs',
    'TOO_FEW_CLASSES',
    () => oneVsOneRocAuc({ truth: [0], scores: [1, 0], classCount: 2 }, 'weighted'),
  ],
  // Values outside what is accepted
  ['a class does not exist', 'INVALID_ARGUMENT', () => confusionMatrix({ truth: [2], predicted: [0], classCount: 2 })],
  ['a class is negative', 'INVALID_ARGUMENT', () => evaluateSingleLabel({ targets: single([0, -1]), scores })],
  ['a class is no integer', 'INVALID_ARGUMENT', () => topKAccuracy({ truth: [0.5], scores: [0, 1], classCount: 2 }, 1)],
  ['k is no count', 'INVALID_ARGUMENT', () => topKAccuracy({ truth: [0], scores: [0, 1], classCount: 2 }, 0)],
  ['an indicator is 2', 'INVALID_ARGUMENT', () => countsPerLabel({ truth: [2], predicted: [0], labelCount: 1 })],
  [
    'an evaluated indicator is 2',
    'INVALID_ARGUMENT',
    () => evaluateMultiLabel({ targets: multi([0, 1, 2, 0]), scores }),
  ],
  ['a weight is negative', 'INVALID_ARGUMENT', () => rocAuc({ truth: [0, 1], scores: [0, 1], sampleWeights: [1, -1] })],
  ['a probability is above 1', 'INVALID_ARGUMENT', () => binaryLogLoss({ truth: [1], scores: [1.5] })],
  [
    'there are no bins',
    'INVALID_ARGUMENT',
    () => expectedCalibrationError({ confidence: [0.5], correct: [1] }, { bins: 0 }),
  ],
  ['beta is negative', 'INVALID_ARGUMENT', () => fbetaFigures(counts, { beta: -1 })],
  [
    'a threshold has no label',
    'UNKNOWN_LABEL',
    () => evaluateMultiLabel({ targets: multi([0, 1, 1, 0]), scores, thresholds: { c: 0.5 } }),
  ],
  ['a table has no label', 'UNKNOWN_LABEL', () => thresholdTable(multi([0, 1, 1, 0]), scores, { label: 'c' })],
];

describe('bad input', () => {
  it.each(refusals)('is refused if %s: %s', (_, code, compute) => {
    expect(compute).toThrow(expect.objectContaining({ name: 'PolyheadError', code }));
  });

  it('is named by field, position and value', () => {
    const compute = (): number => rocAuc({ truth: [0, 1, 0], scores: [0, 1, NaN] });
    expect(compute).toThrow(/"scores" holds NaN at position 2/);
  });
});
