import { describe, expect, it } from 'vitest';
import type { JointExamples } from '../heads/joint-examples.ts';
import { pickHeads, toyExamples } from '../testing/toy-examples.ts';
import { digestExamples, digestTexts } from './digest-examples.ts';

describe('a digest of examples', () => {
  const examples = toyExamples(12);
  const { texts, heads } = examples;
  const withHead = (name: string, change: object): JointExamples => ({
    ...examples,
    heads: { ...heads, [name]: { ...heads[name], ...change } } as JointExamples['heads'],
  });

  it('is the same for the same examples', () => {
    expect(digestExamples(toyExamples(12))).toBe(digestExamples(examples));
    expect(digestExamples(examples)).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<readonly [string, JointExamples]>([
    ['a text', { ...examples, texts: ['other', ...texts.slice(1)] }],
    ['their order', { ...examples, texts: [...texts].reverse() }],
    ['the end of a text', { ...examples, texts: [`${texts[0] ?? ''}${texts[1] ?? ''}`, '', ...texts.slice(2)] }],
    ['sources', { ...examples, sources: texts.map((_, row) => row % 2) }],
    ['a head left out', pickHeads(examples, ['topic', 'tags'])],
    ['rows', withHead('topic', { rows: Int32Array.from(texts, (_, row) => texts.length - 1 - row) })],
    ['labels', withHead('topic', { targets: { ...heads['topic']?.targets, labels: ['a', 'b', 'c'] } })],
    ['classes', withHead('topic', { targets: { ...heads['topic']?.targets, classIndices: new Int32Array(12) } })],
    ['indicators', withHead('tags', { targets: { ...heads['tags']?.targets, indicators: new Uint8Array(36) } })],
    ['values', withHead('size', { targets: { ...heads['size']?.targets, values: new Float64Array(12) } })],
  ])('differs with %s', (_name, other) => {
    expect(digestExamples(other)).not.toBe(digestExamples(examples));
  });

  it('tells pairs from texts and from other pairs', () => {
    const digests = [
      digestTexts([{ first: 'a', second: 'b' }]),
      digestTexts([{ first: 'ab', second: '' }]),
      digestTexts(['a', 'b']),
      digestTexts(['ab']),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
