import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortenDetails, shortenMessage } from './shorten-details.ts';

describe('shortenMessage', () => {
  it('keeps what is short, and both ends of what is long', () => {
    expect(shortenMessage('Short.')).toBe('Short.');
    const text = shortenMessage(`Start ${'x'.repeat(10_000)}. Do this.`);
    expect(text).toMatch(/^Start x+\.\.\. x+\. Do this\.$/);
    expect(text.length).toBeLessThan(2010);
  });

  it('does not cut a character into halves', () => {
    for (const start of ['', 'x']) {
      expect(shortenMessage(start + '\u{1F600}'.repeat(5000))).not.toMatch(/\p{Surrogate}/u);
      expect(shortenMessage('\u{1F600}'.repeat(5000) + start)).not.toMatch(/\p{Surrogate}/u);
    }
  });
});

describe('shortenDetails', () => {
  it('cuts texts and lists, also inside', () => {
    const long = 'x'.repeat(10_000);
    const details = shortenDetails({ a: 1, b: null, c: { d: [long] }, e: Array.from({ length: 500 }, () => 'y') });
    expect(details).toEqual({
      a: 1,
      b: null,
      c: { d: [`${'x'.repeat(500)}...`] },
      e: Array.from({ length: 100 }, () => 'y'),
    });
  });

  it('leaves what is short as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), (details) => {
        expect(shortenDetails(details as never)).toEqual(details);
      }),
      { numRuns: 50 },
    );
  });
});
