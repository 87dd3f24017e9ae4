import { describe, expect, it } from 'vitest';
import { sampleTexts } from './sample-texts.ts';

describe('sampleTexts', () => {
  const texts = Array.from({ length: 20 }, (_, row) => `text ${row}`);
  const classIndices = Int32Array.from(texts, (_, row) => (row < 10 ? 0 : 1));
  const all = { texts, targets: { task: 'single-label', labels: ['a', 'b'], classIndices } as const };

  it('keeps the proportions, and everything if that is asked for', () => {
    const sample = sampleTexts(all, 8);
    expect(sample.texts).toHaveLength(8);
    expect(sample.targets).toMatchObject({ classIndices: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1) });
    expect(sampleTexts(all, 8)).toEqual(sample);
    expect(sampleTexts(all, 20)).toBe(all);
  });
});
