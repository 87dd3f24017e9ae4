import type { FittedHead, HeadExamples, JsonObject } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { applyActivation } from '../decision/apply-activation.ts';
import {
  expected,
  fitOptions,
  golden,
  goldenData,
  largestDifference,
  multiLabelTargets,
  singleLabelTargets,
} from '../test-support/golden.ts';
import { logisticRegression } from './logistic-regression.ts';

const coefficientTolerance = 1e-3;
const probabilityTolerance = 1e-4;
const objectiveTolerance = 1e-6;

function fit(examples: HeadExamples, options: JsonObject): Promise<FittedHead> {
  return logisticRegression.create(options).fit(examples, fitOptions);
}

/** scikit-learn's coefficients: for two labels only those of the second. */
function coefficients(head: FittedHead, binary: boolean): { weights: Float32Array; bias: Float32Array } {
  const form = head.affineForm();
  if (form === undefined) throw new TypeError('no affine form');
  return binary
    ? { weights: form.weights.subarray(head.dimension), bias: form.bias.subarray(1) }
    : { weights: form.weights, bias: form.bias };
}

describe('logistic regression against scikit-learn', () => {
  it.each(Object.entries(golden.logistic))(
    '%s',
    async (name, { C, fit_intercept, class_weight, sample_weight, objective }) => {
      const binary = name.includes('binary');
      const dataset = binary ? 'sst2' : 'emotion';
      const { train, heldOut } = goldenData(dataset);
      const examples = {
        embeddings: train,
        targets: singleLabelTargets(dataset),
        sampleWeights: sample_weight ? Float64Array.from(golden.sample_weight.slice(0, train.rows)) : undefined,
      };
      const classWeight = class_weight === null ? 'none' : 'balanced';
      const head = await fit(examples, { C, fitIntercept: fit_intercept, classWeight });
      const { weights, bias } = coefficients(head, binary);
      expect(largestDifference(weights, expected(`${name}/coef`))).toBeLessThan(coefficientTolerance);
      const intercepts = expected(`${name}/intercept`);
      const mean = binary ? 0 : intercepts.reduce((sum, value) => sum + value, 0) / intercepts.length;
      expect(
        largestDifference(
          bias,
          intercepts.map((value) => value - mean),
        ),
      ).toBeLessThan(coefficientTolerance);
      const probabilities = applyActivation(head.logits(heldOut), head.activation);
      expect(largestDifference(probabilities.data, expected(`${name}/predict_proba`))).toBeLessThan(
        probabilityTolerance,
      );
      expect(Number(head.toState().settings['objective']) / objective - 1).toBeLessThan(objectiveTolerance);
      expect(Number(head.toState().settings['objective']) / objective - 1).toBeGreaterThan(-objectiveTolerance);
      expect(head.toState().settings['converged']).toBe(true);
    },
  );

  it.each(['one_vs_rest', 'multi_output'])('%s: one model a label', async (name) => {
    const { train, heldOut } = goldenData('go_emotions');
    const head = await fit({ embeddings: train, targets: multiLabelTargets() }, {});
    const { weights, bias } = coefficients(head, false);
    expect(largestDifference(weights, expected(`${name}/coef`))).toBeLessThan(coefficientTolerance);
    expect(largestDifference(bias, expected(`${name}/intercept`))).toBeLessThan(coefficientTolerance);
    const probabilities = applyActivation(head.logits(heldOut), head.activation).data;
    expect(largestDifference(probabilities, expected(`${name}/predict_proba`))).toBeLessThan(probabilityTolerance);
    const decisions = Array.from(probabilities, (score) => (score > 0.5 ? 1 : 0));
    expect(decisions).toEqual(expected(`${name}/predict`));
  });

  it('predicts a label that is constant in training with 0 or 1', async () => {
    const { train, heldOut } = goldenData('go_emotions');
    const { indicators, labels } = multiLabelTargets();
    const columns = labels.length;
    const reduced = Uint8Array.from({ length: train.rows * 4 }, (_, index) => {
      const column = index % 4;
      return column < 2 ? (indicators[((index - column) / 4) * columns + column] ?? 0) : column - 2;
    });
    const targets = { task: 'multi-label', labels: ['a', 'b', 'never', 'always'], indicators: reduced } as const;
    const head = await fit({ embeddings: train, targets }, {});
    const probabilities = applyActivation(head.logits(heldOut), head.activation).data;
    const wanted = expected('one_vs_rest_constant_labels/predict_proba');
    expect(largestDifference(probabilities, wanted)).toBeLessThan(probabilityTolerance);
    expect(new Set(probabilities.filter((_, index) => index % 4 === 2))).toEqual(new Set([0]));
    expect(new Set(probabilities.filter((_, index) => index % 4 === 3))).toEqual(new Set([1]));
  });

  it('one-vs-rest on a single-label task divides the sigmoids by their sum', async () => {
    const { train, heldOut } = goldenData('emotion');
    const head = await fit(
      { embeddings: train, targets: singleLabelTargets('emotion') },
      { multiClass: 'one-vs-rest' },
    );
    const { weights, bias } = coefficients(head, false);
    expect(largestDifference(weights, expected('one_vs_rest_multi_class/coef'))).toBeLessThan(coefficientTolerance);
    expect(largestDifference(bias, expected('one_vs_rest_multi_class/intercept'))).toBeLessThan(coefficientTolerance);
    const probabilities = applyActivation(head.logits(heldOut), head.activation).data;
    const wanted = expected('one_vs_rest_multi_class/predict_proba');
    expect(largestDifference(probabilities, wanted)).toBeLessThan(probabilityTolerance);
  });
});
