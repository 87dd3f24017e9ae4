import type { Matrix, SingleLabelTargets, Targets } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { assertAbstention, decideAbstention } from './abstention.ts';

const targets: SingleLabelTargets = {
  task: 'single-label',
  labels: ['a', 'b'],
  classIndices: Int32Array.of(0, 0, 1, 0),
};
const scores: Matrix = { data: Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.75, 0.25, 0.6, 0.4), rows: 4, columns: 2 };
const rows = { head: 'intent', targets, scores };

describe('decideAbstention', () => {
  it('takes a probability as it is, also without rows', () => {
    expect(decideAbstention(0.6, undefined, {})).toEqual({ threshold: 0.6, chosenBy: 'given' });
    expect(decideAbstention(undefined, rows, {})).toBeUndefined();
  });

  it('chooses by the accuracy of what is answered', () => {
    expect(decideAbstention({ accuracy: 0.95 }, rows, {})).toEqual({
      threshold: Math.fround(0.8),
      chosenBy: 'accuracy of 0.95 on 2 of 4 validation rows',
    });
  });

  it('says so where no threshold is accurate enough', () => {
    const wrong = { ...rows, targets: { ...targets, classIndices: Int32Array.of(1, 0, 0, 0) } };
    const warnings: string[] = [];
    const onWarning = ({ head, message }: { head: string | undefined; message: string }): void => {
      warnings.push(`${head ?? ''}: ${message}`);
    };
    expect(decideAbstention({ accuracy: 0.95 }, wrong, { onWarning })).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/intent: No threshold .* 0\.95 .*0\.750, on 4 of 4 rows/);
  });
});

describe('assertAbstention', () => {
  const texts = ['a', 'b', 'c', 'd'];
  const data = { train: { texts, targets }, validation: undefined };

  it('refuses to choose without validation rows', () => {
    expect(() => assertAbstention('intent', { accuracy: 0.9 }, data)).toThrow(
      expect.objectContaining({ code: 'TOO_FEW_EXAMPLES' }) as Error,
    );
    assertAbstention('intent', 0.9, data);
    assertAbstention('intent', { accuracy: 0.9 }, { ...data, validation: data.train });
  });

  it('refuses heads that do not give one label a text', () => {
    const many: Targets = { task: 'multi-label', labels: ['a', 'b'], indicators: new Uint8Array(8) };
    expect(() => assertAbstention('tags', 0.9, { ...data, train: { texts, targets: many } })).toThrow(
      expect.objectContaining({ code: 'TASK_UNSUPPORTED' }) as Error,
    );
  });
});
