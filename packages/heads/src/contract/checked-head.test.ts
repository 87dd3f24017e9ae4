import { hasErrorCode, type ErrorCode, type FittedHead, type HeadType } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { logisticRegression } from '../logistic-regression/logistic-regression.ts';
import { createHeadTypeRegistry, headTypes } from '../registry.ts';
import { fitOptions } from '../test-support/golden.ts';
import { createToyExamples } from '../testing/toy-examples.ts';

const toy = createToyExamples('single-label');

/** A head type of somebody's own that spoils what a sound one makes. */
function brokenType(spoil: (fitted: FittedHead) => FittedHead): HeadType {
  return {
    type: 'crooked',
    summary: 'A broken head.',
    tasks: ['single-label'],
    create: () => ({
      type: 'crooked',
      tasks: ['single-label'],
      fit: async (examples, options) => ({
        ...spoil(await logisticRegression.create().fit(examples, options)),
        type: 'crooked',
      }),
    }),
    restore: (state) => ({ ...spoil(logisticRegression.restore(state)), type: 'crooked' }),
  };
}

/** Spoils logits of the given number of rows only. */
function spoilLogits(change: (data: Float32Array) => Float32Array, only?: number) {
  return (fitted: FittedHead): FittedHead => ({
    ...fitted,
    logits(embeddings) {
      const logits = fitted.logits(embeddings);
      return only === undefined || logits.rows === only ? { ...logits, data: change(logits.data) } : logits;
    },
  });
}

const cases: readonly [string, (fitted: FittedHead) => FittedHead, ErrorCode, RegExp][] = [
  [
    'a column too many',
    (fitted) => ({
      ...fitted,
      logits: ({ rows }) => ({ data: new Float32Array(rows * 4), rows, columns: 4 }),
    }),
    'SHAPE_MISMATCH',
    /"crooked".*\[4, 4\].*\[4, 3\]/,
  ],
  ['elements missing', spoilLogits((data) => data.subarray(1)), 'SHAPE_MISMATCH', /"crooked".*11 elements/],
  ['NaN', spoilLogits((data) => data.map((value, at) => (at === 4 ? Number.NaN : value))), 'NOT_FINITE', /row 1/],
  ['infinity', spoilLogits((data) => data.map(() => -Infinity)), 'NOT_FINITE', /"crooked"/],
  ['labels missing', (fitted) => ({ ...fitted, labels: ['a', 'b'] }), 'SHAPE_MISMATCH', /2 labels.*3 labels/],
  [
    'labels in another order',
    (fitted) => ({ ...fitted, labels: fitted.labels.toReversed() }),
    'SHAPE_MISMATCH',
    /another order/,
  ],
  ['another width', (fitted) => ({ ...fitted, dimension: 5 }), 'SHAPE_MISMATCH', /width 5/],
];

describe('heads of a registry', () => {
  it.each(cases)('are refused directly after the fit: %s', async (_, spoil, code, message) => {
    const head = createHeadTypeRegistry([brokenType(spoil)])
      .get('crooked')
      .create();
    const refused = head.fit(toy, fitOptions);
    await expect(refused).rejects.toSatisfy((error) => hasErrorCode(error, code));
    await expect(refused).rejects.toThrow(message);
  });

  it('are refused when they predict, restored ones too', async () => {
    const registry = createHeadTypeRegistry([brokenType(spoilLogits((data) => data.subarray(1), 90))]);
    const fitted = await registry.get('crooked').create().fit(toy, fitOptions);
    const restored = registry.get('crooked').restore(fitted.toState());
    for (const head of [fitted, restored]) {
      expect(() => head.logits(toy.embeddings)).toThrow(
        expect.toSatisfy((error) => hasErrorCode(error, 'SHAPE_MISMATCH')),
      );
    }
  });

  it('are otherwise what their type makes', async () => {
    const plain = await logisticRegression.create().fit(toy, fitOptions);
    const checked = await headTypes.get('logistic-regression').create().fit(toy, fitOptions);
    expect(checked.logits(toy.embeddings)).toEqual(plain.logits(toy.embeddings));
    expect([checked.toState(), checked.affineForm(), checked.history]).toEqual([
      plain.toState(),
      plain.affineForm(),
      plain.history,
    ]);
  });
});
