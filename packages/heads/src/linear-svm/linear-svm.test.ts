import { describe, expect, it } from 'vitest';
import {
  expected,
  fitOptions,
  golden,
  goldenData,
  largestDifference,
  singleLabelTargets,
} from '../test-support/golden.ts';
import { linearSvm } from './linear-svm.ts';

describe('linear SVM against scikit-learn', () => {
  it.each([
    ['binary', 'sst2'],
    ['multi_class', 'emotion'],
  ] as const)('%s', async (kind, dataset) => {
    const { train, heldOut } = goldenData(dataset);
    const head = await linearSvm.create().fit({ embeddings: train, targets: singleLabelTargets(dataset) }, fitOptions);
    const { weights, bias } = head.affineForm() ?? { weights: [], bias: [] };
    const skip = kind === 'binary' ? 1 : 0;
    const name = `linear_svc/${kind}`;
    expect(largestDifference(weights.slice(skip * 384), expected(`${name}/coef`))).toBeLessThan(1e-3);
    expect(largestDifference(bias.slice(skip), expected(`${name}/intercept`))).toBeLessThan(1e-3);
    const logits = head.logits(heldOut);
    const decisions = logits.data.filter((_, index) => index % logits.columns >= skip);
    expect(largestDifference(decisions, expected(`${name}/decision_function`))).toBeLessThan(1e-4);
    const wanted = golden.others[name]?.objective ?? Number.NaN;
    expect(Math.abs(Number(head.toState().settings['objective']) / wanted - 1)).toBeLessThan(1e-6);
  });

  // scikit-learn 1.9.1: LinearSVC(C=1, class_weight='balanced', dual=False, tol=1e-10) on these rows.
  it('balanced, with three classes', async () => {
    const rows = Array.from({ length: 24 }, (_, row) => row);
    const classes = rows.map((row) => (row < 14 ? 0 : row < 20 ? 1 : 2));
    const data = rows.flatMap((row, index) => {
      const place = classes[index] ?? 0;
      return [((row * 7) % 10) / 10 + place * 0.3, ((row * 3) % 11) / 11 - place * 0.4];
    });
    const head = await linearSvm.create({ classWeight: 'balanced', tolerance: 1e-6 }).fit(
      {
        embeddings: { data: Float32Array.from(data), rows: 24, columns: 2 },
        targets: { task: 'single-label', labels: ['a', 'b', 'c'], classIndices: Int32Array.from(classes) },
      },
      fitOptions,
    );
    const { weights, bias } = head.affineForm() ?? { weights: [], bias: [] };
    const coefficients = [-1.227646, 1.13499, 0.861582, -0.069483, 0.698966, -1.790403];
    expect(largestDifference(weights, coefficients)).toBeLessThan(1e-3);
    expect(largestDifference(bias, [0.53426, -0.888034, -0.895366])).toBeLessThan(1e-3);
  });
});
