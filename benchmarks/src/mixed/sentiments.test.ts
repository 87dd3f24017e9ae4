import { describe, expect, it } from 'vitest';
import { sentiments, toSentiment, toValence } from './sentiments.ts';

describe('sentiments', () => {
  it('are those that all emotions share', () => {
    expect(sentiments).toEqual(['positive', 'negative', 'ambiguous', 'neutral']);
    expect(toSentiment(['joy', 'pride'])).toBe('positive');
    expect(toSentiment(['anger'])).toBe('negative');
    expect(toSentiment(['surprise', 'confusion'])).toBe('ambiguous');
    expect(toSentiment(['neutral'])).toBe('neutral');
    expect(toSentiment(['neutral', 'joy'])).toBeUndefined();
    expect(toSentiment([])).toBeUndefined();
  });

  it('give a valence', () => {
    expect(toValence(['joy'])).toBe(1);
    expect(toValence(['joy', 'anger'])).toBe(0);
    expect(toValence(['anger', 'surprise'])).toBe(-0.5);
    expect(toValence([])).toBe(0);
  });
});
