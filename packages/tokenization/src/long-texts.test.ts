import { describe, expect, it } from 'vitest';
import { createTokenizer } from './create-tokenizer.ts';
import { readTokenizerJson } from './golden/read-goldens.ts';

// A quadratic step anywhere would take minutes on these: the time limit of a test is the check. What is compared is
// structure: a long text of repeated parts has the repeated tokens of a part.
describe.each(['bert-minilm', 'xlm-roberta', 'roberta'])('%s on texts of a megabyte', (name) => {
  const tokenizer = createTokenizer(readTokenizerJson(name), {});
  const encode = (text: string): Int32Array => tokenizer.encode(text, { addSpecialTokens: false }).ids;

  it('words', () => {
    const part = ' the cat';
    const once = Array.from(encode(part));
    const ids = encode(part.repeat(125_000));
    expect(ids).toHaveLength(once.length * 125_000);
    expect(Array.from(ids.slice(-once.length))).toEqual(once);
  });

  it.each(['a', '\u0301', '漢', ' ', '<mask>', 'a\u0301'])('nothing but %j', (part) => {
    const ids = encode(part.repeat(500_000));
    const { ids: some, offsets = new Int32Array() } = tokenizer.encode(part.repeat(50_000), { offsets: true });
    // Proportional but for one word that is too long, and what merges at the ends.
    expect(Math.abs(ids.length - 10 * (some.length - 2))).toBeLessThanOrEqual(20);
    expect(offsets).toHaveLength(2 * some.length);
    expect(offsets.at(-3) ?? 0).toBeLessThanOrEqual(part.length * 50_000);
  });

  it('windows', () => {
    const windows = tokenizer.encodeWindows('word '.repeat(100_000), { maximumLength: 128, stride: 16 });
    expect(windows.length).toBeGreaterThan(800);
  });
});
