import { describe, expect, it } from 'vitest';
import {
  mapCharacters,
  prependText,
  replaceMatches,
  rewriteText,
  sliceText,
  trackText,
  type TrackedText,
} from './tracked-text.ts';

const track = (text: string, start = 0): TrackedText => trackText(text, { start, withOffsets: true });
const ranges = ({ alignment }: TrackedText): string =>
  Array.from(alignment?.starts ?? [], (start, at) => `${String(start)}-${String(alignment?.ends[at])}`).join(' ');

describe('tracked texts', () => {
  it('begin with their own places; both halves of a surrogate pair share one', () => {
    expect(ranges(track('a😀b', 5))).toBe('5-6 6-8 6-8 8-9');
    expect(trackText('ab', { start: 0, withOffsets: false }).alignment).toBeUndefined();
  });

  it('keep places through slices', () => {
    const slice = sliceText(track('abcd'), 1, 3);
    expect([slice.text, ranges(slice), slice.atStart]).toEqual(['bc', '1-2 2-3', false]);
    expect(sliceText(track('abcd'), 0, 3).atStart).toBe(true);
  });

  it('give replacements the place of what they replace', () => {
    const mapped = mapCharacters(track('aß😀'), (one) => (one === 'a' ? '' : one === 'ß' ? 'ss' : 'x'));
    expect([mapped.text, ranges(mapped)]).toEqual(['ssx', '1-2 1-2 2-4']);
    const replaced = replaceMatches(track('a  b'), / {2}/g, '__$&');
    expect([replaced.text, ranges(replaced)]).toEqual(['a__$&b', '0-1 2-3 2-3 2-3 2-3 3-4']);
    const prepended = prependText(track('ab'), '__');
    expect([prepended.text, ranges(prepended)]).toEqual(['__ab', '0-1 0-1 0-1 1-2']);
    expect(prependText(track(''), '_').text).toBe('');
  });

  it('follow the changes of a rewrite as the Rust tokenizers do', () => {
    // "é" from two characters, "xy" from one.
    const rewritten = rewriteText(track('e\u0301z'), ['é', 'x', 'y'], [-1, 0, 1]);
    expect([rewritten.text, ranges(rewritten)]).toEqual(['éxy', '0-1 2-3 2-3']);
  });
});
