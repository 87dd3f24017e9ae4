import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { logisticRegression } from './logistic-regression/logistic-regression.ts';
import { createHeadTypeRegistry, headTypes, restoreFittedHead } from './registry.ts';
import { fitOptions } from './test-support/golden.ts';
import { createToyExamples } from './testing/toy-examples.ts';

describe('registry', () => {
  it('finds types by name and names the known ones when it does not', () => {
    expect(headTypes.get('logistic-regression')).toMatchObject({
      type: 'logistic-regression',
      tasks: logisticRegression.tasks,
    });
    expect(() => headTypes.get('nonsense')).toThrow(/logistic-regression/);
    expect(() => headTypes.get('__proto__')).toThrow(expect.toSatisfy((e) => hasErrorCode(e, 'HEAD_TYPE_UNKNOWN')));
  });

  it('refuses two types of one name', () => {
    expect(() => createHeadTypeRegistry([logisticRegression, logisticRegression])).toThrow(
      expect.toSatisfy((error) => hasErrorCode(error, 'INVALID_ARGUMENT')),
    );
  });

  it('restores a head through the type that its state names', async () => {
    const head = await logisticRegression.create().fit(createToyExamples('single-label'), fitOptions);
    expect(restoreFittedHead(head.toState()).toState()).toEqual(head.toState());
    expect(() => restoreFittedHead(head.toState(), createHeadTypeRegistry([]))).toThrow();
  });
});

describe('the built-in types', () => {
  it.each(['logistic-regression', 'linear-svm', 'ridge', 'linear'])(
    '%s refuses a weight of a label that does not exist',
    async (type) => {
      const head = headTypes.get(type).create({ classWeight: { Spam: 20 } });
      await expect(head.fit(createToyExamples('single-label'), fitOptions)).rejects.toMatchObject({
        code: 'UNKNOWN_LABEL',
        details: { label: 'Spam' },
      });
    },
  );

  it.each(['logistic-regression', 'linear-svm', 'ridge', 'linear', 'classifier-chain'])(
    '%s refuses labels of which each is always there or never',
    async (type) => {
      const toy = createToyExamples('multi-label');
      const indicators = Uint8Array.from({ length: 2 * toy.embeddings.rows }, (_, index) => index % 2);
      const targets = { task: 'multi-label', labels: ['never', 'always'], indicators } as const;
      await expect(
        headTypes
          .get(type)
          .create()
          .fit({ ...toy, targets }, fitOptions),
      ).rejects.toMatchObject({
        code: 'TOO_FEW_CLASSES',
      });
    },
  );

  it('refuse class weights that a focal loss would not use', async () => {
    const head = headTypes.get('linear').create({ loss: 'focal', classWeight: 'balanced' });
    await expect(head.fit(createToyExamples('multi-label'), fitOptions)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { option: 'classWeight' },
    });
  });

  it('logistic-regression bears a constant feature with hardly any penalty', async () => {
    const toy = createToyExamples('single-label');
    const { rows, columns } = toy.embeddings;
    const data = toy.embeddings.data.map((value, index) => (index % columns === 0 ? 100 : value));
    const head = headTypes.get('logistic-regression').create({ C: 1e12, maximumIterations: 50 });
    const fitted = await head.fit({ ...toy, embeddings: { data, rows, columns } }, fitOptions);
    expect(fitted.logits({ data, rows, columns }).data.every(Number.isFinite)).toBe(true);
  });
});
