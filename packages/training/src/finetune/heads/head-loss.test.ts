import { describe, expect, it } from 'vitest';
import { createHeadLoss } from './head-loss.ts';

const single = { task: 'single-label', labels: ['a', 'b'], classIndices: Int32Array.of(0, 0, 1) } as const;
const multi = { task: 'multi-label', labels: ['a', 'b'], indicators: Uint8Array.of(1, 0, 1, 1) } as const;

describe('the focal loss of a head', () => {
  it('weighs classes of single-label heads, and present labels of multi-label heads', () => {
    expect(createHeadLoss('x', single, { loss: 'focal', classWeight: 'balanced' }).tasks).toEqual(['single-label']);
    expect(createHeadLoss('x', multi, { loss: { name: 'focal', alpha: 0.3 } }).tasks).toEqual(['multi-label']);
  });

  it('refuses the weights that it would not use', () => {
    const refused = (option: string): unknown =>
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ option }) as object });
    expect(() => createHeadLoss('x', multi, { loss: 'focal', classWeight: 'balanced' })).toThrow(
      refused('classWeight'),
    );
    expect(() => createHeadLoss('x', single, { loss: { name: 'focal', alpha: 0.3 } })).toThrow(refused('alpha'));
  });
});
