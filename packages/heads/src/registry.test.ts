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
