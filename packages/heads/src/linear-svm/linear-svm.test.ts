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
});
