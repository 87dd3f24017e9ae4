import { describe, expect, it } from 'vitest';
import { decisionFigures } from './validation-figures.ts';

describe('decisionFigures', () => {
  it('counts right decisions', () => {
    const targets = { task: 'single-label', labels: ['a', 'b', 'c'], classIndices: Int32Array.of(0, 2) } as const;
    expect(decisionFigures(targets, Float32Array.of(1, 0, 0, 5, 0, 4))).toEqual({ validation_accuracy: 0.5 });
  });

  it('measures F1 of each label and of all decisions', () => {
    const targets = {
      task: 'multi-label',
      labels: ['a', 'b', 'never'],
      indicators: Uint8Array.of(1, 0, 0, 1, 1, 0, 0, 0, 0),
    } as const;
    // Label a: 1 hit, 1 missed, 1 false; b: 1 hit.
    const logits = Float32Array.of(2, -1, -1, -2, 0, -1, 1, -3, -1);
    const figures = decisionFigures(targets, logits);
    expect(figures['validation_macro_f1']).toBeCloseTo((0.5 + 1 + 0) / 3, 10);
    expect(figures['validation_micro_f1']).toBeCloseTo((2 * 2) / (3 + 3), 10);
  });

  it('has none for numbers', () => {
    expect(
      decisionFigures({ task: 'regression', labels: ['x'], values: Float64Array.of(1) }, Float32Array.of(1)),
    ).toEqual({});
  });
});
