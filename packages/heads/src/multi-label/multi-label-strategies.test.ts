import { hasErrorCode, type JsonValue } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { applyActivation } from '../decision/apply-activation.ts';
import { logisticRegression } from '../logistic-regression/logistic-regression.ts';
import {
  expected,
  fitOptions,
  golden,
  goldenData,
  largestDifference,
  multiLabelTargets,
} from '../test-support/golden.ts';
import { createToyExamples } from '../testing/toy-examples.ts';
import { classifierChain } from './classifier-chain.ts';

const toy = createToyExamples('multi-label');

/** The toy examples with a label beside the others that is always there or never. */
function withConstantLabel(present: 0 | 1): typeof toy {
  if (toy.targets.task !== 'multi-label') throw new TypeError('not multi-label');
  const { indicators, labels } = toy.targets;
  const wider = Array.from({ length: 90 }, (_, row) => [...indicators.subarray(row * 3, row * 3 + 3), present]).flat();
  return { ...toy, targets: { task: 'multi-label', labels: [...labels, 'same'], indicators: Uint8Array.from(wider) } };
}

describe('classifier chain', () => {
  it("has scikit-learn's coefficients, probabilities and answers", async () => {
    const { train, heldOut, labels } = goldenData('go_emotions');
    const order = golden.chain_order.map((label) => labels[label] ?? '');
    const head = await classifierChain
      .create({ order })
      .fit({ embeddings: train, targets: multiLabelTargets() }, fitOptions);
    const { tensors } = head.toState();
    expect(largestDifference(Array.from(tensors['weights']?.data ?? [], Number), expected('chain/coef'))).toBeLessThan(
      1e-3,
    );
    expect(
      largestDifference(Array.from(tensors['bias']?.data ?? [], Number), expected('chain/intercept')),
    ).toBeLessThan(1e-3);
    const probabilities = applyActivation(head.logits(heldOut), head.activation).data;
    expect(largestDifference(probabilities, expected('chain/predict_proba'))).toBeLessThan(1e-4);
    expect(Array.from(probabilities, (score) => (score > 0.5 ? 1 : 0))).toEqual(expected('chain/predict'));
    expect(head.affineForm()).toBeUndefined();
  });

  it('its first link is the logistic regression of that label', async () => {
    const chain = await classifierChain.create().fit(toy, fitOptions);
    const plain = await logisticRegression.create().fit(toy, fitOptions);
    const first = (data: Float32Array): Float32Array => data.filter((_, index) => index % 3 === 0);
    expect(
      largestDifference(first(chain.logits(toy.embeddings).data), first(plain.logits(toy.embeddings).data)),
    ).toBeLessThan(1e-3);
  });

  it.each([0, 1] as const)('predicts a label that is constant in training with %i', async (present) => {
    const head = await classifierChain.create().fit(withConstantLabel(present), fitOptions);
    const { data } = applyActivation(head.logits(toy.embeddings), head.activation);
    expect(new Set(data.filter((_, index) => index % 4 === 3))).toEqual(new Set([present]));
  });

  it.each<JsonValue>(['random', ['a', 'a'], [1, 2, 3], ['nobody']])('refuses the order %j', async (order) => {
    const fit = async (): Promise<unknown> => classifierChain.create({ order }).fit(toy, fitOptions);
    await expect(fit()).rejects.toSatisfy((error) => hasErrorCode(error, 'INVALID_ARGUMENT'));
  });

  it.each<JsonValue>([[0, 0, 1], [0, 1], 'none'])('does not restore with the order %j', async (order) => {
    const state = (await classifierChain.create().fit(toy, fitOptions)).toState();
    expect(() => classifierChain.restore({ ...state, settings: { order } })).toThrow(
      expect.toSatisfy((error) => hasErrorCode(error, 'MODEL_FOLDER_INVALID')),
    );
  });
});

describe('multi-output', () => {
  it.each([0, 1] as const)('refuses a label that is constant (%i), which one-vs-rest takes', async (present) => {
    const examples = withConstantLabel(present);
    const fit = logisticRegression.create({ multiLabel: 'multi-output' }).fit(examples, fitOptions);
    await expect(fit).rejects.toSatisfy((error) => hasErrorCode(error, 'TOO_FEW_CLASSES'));
    const taken = await logisticRegression.create({ multiLabel: 'one-vs-rest' }).fit(examples, fitOptions);
    expect(taken.labels).toHaveLength(4);
  });

  it('is one-vs-rest otherwise', async () => {
    const head = await logisticRegression.create({ multiLabel: 'multi-output' }).fit(toy, fitOptions);
    const other = await logisticRegression.create().fit(toy, fitOptions);
    expect(head.affineForm()).toEqual(other.affineForm());
  });
});
