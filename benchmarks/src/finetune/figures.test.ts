import { describe, expect, it } from 'vitest';
import { meanFigures, toFigures } from './figures.ts';

const labels = ['a', 'b'];

describe('toFigures', () => {
  it('measures each task by its own figures', () => {
    const scores = { data: Float32Array.of(0.9, 0.1, 0.6, 0.4), rows: 2, columns: 2 };
    const single = { targets: { task: 'single-label', labels, classIndices: Int32Array.of(0, 1) } as const, scores };
    expect(toFigures(single, undefined)).toMatchObject({ accuracy: 0.5, 'micro F1': 0.5 });
    const multi = { targets: { task: 'multi-label', labels, indicators: Uint8Array.of(1, 0, 1, 1) } as const, scores };
    expect(toFigures(multi, multi)).toMatchObject({ 'macro F1 at 0.5': 0.5, 'macro F1 tuned': 1 });
    expect(() => toFigures(multi, undefined)).toThrow('validation');
    const values = { data: Float32Array.of(1, 3), rows: 2, columns: 1 };
    const regression = { targets: { task: 'regression', labels: ['n'], values: Float64Array.of(1, 2) } as const };
    expect(toFigures({ ...regression, scores: values }, undefined)).toMatchObject({ 'mean absolute error': 0.5 });
  });
});

describe('meanFigures', () => {
  it('is the mean of every figure', () => {
    expect(meanFigures([{ a: 1, b: 2 }, { a: 2, b: 4 }])).toEqual({ a: 1.5, b: 3 }); // prettier-ignore
    expect(meanFigures([])).toEqual({});
  });
});
