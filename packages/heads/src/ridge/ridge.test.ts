import { describe, expect, it } from 'vitest';
import { expected, fitOptions, goldenData, largestDifference, singleLabelTargets } from '../test-support/golden.ts';
import { ridge } from './ridge.ts';

describe('ridge against scikit-learn', () => {
  it.each([
    ['binary', 'sst2'],
    ['multi_class', 'emotion'],
  ] as const)('%s', async (kind, dataset) => {
    const { train, heldOut } = goldenData(dataset);
    const head = await ridge.create().fit({ embeddings: train, targets: singleLabelTargets(dataset) }, fitOptions);
    const { weights, bias } = head.affineForm() ?? { weights: [], bias: [] };
    const skip = kind === 'binary' ? 1 : 0;
    const name = `ridge/${kind}`;
    expect(largestDifference(weights.slice(skip * 384), expected(`${name}/coef`))).toBeLessThan(1e-6);
    expect(largestDifference(bias.slice(skip), expected(`${name}/intercept`))).toBeLessThan(1e-6);
    const logits = head.logits(heldOut);
    const decisions = logits.data.filter((_, index) => index % logits.columns >= skip);
    expect(largestDifference(decisions, expected(`${name}/decision_function`))).toBeLessThan(1e-6);
  });

  it('regression: the gradient of its objective is zero', async () => {
    const { train } = goldenData('sst2');
    const values = Float64Array.from(
      { length: train.rows },
      (_, row) => Math.sin(row) + (train.data[row * 384] ?? 0) * 5,
    );
    const sampleWeights = Float64Array.from(values, (_, row) => 0.5 + (row % 3));
    const targets = { task: 'regression', labels: ['value'], values } as const;
    const head = await ridge.create({ alpha: 2 }).fit({ embeddings: train, targets, sampleWeights }, fitOptions);
    const { weights, bias } = head.affineForm() ?? { weights: [], bias: [] };
    const gradient = Float64Array.from(weights, (weight) => 2 * weight);
    let biasGradient = 0;
    for (let row = 0; row < train.rows; row += 1) {
      const x = train.data.subarray(row * 384, (row + 1) * 384);
      const predicted = x.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), bias[0] ?? 0);
      const residual = (predicted - (values[row] ?? 0)) * (sampleWeights[row] ?? 0);
      biasGradient += residual;
      for (const [at, value] of x.entries()) gradient[at] = (gradient[at] ?? 0) + residual * value;
    }
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-4);
    expect(Math.abs(biasGradient)).toBeLessThan(1e-4);
    expect(head.activation).toBe('identity');
  });
});
