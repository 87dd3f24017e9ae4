import { describe, expect, it } from 'vitest';
import { createTokenizer } from './create-tokenizer.ts';
import { readTokenizerJson } from './golden/read-goldens.ts';

const million = 1_000_000;

// A quadratic step anywhere would take minutes on these: the time limit of a test is the check. What is compared is
// structure: a long text of repeated parts has the repeated tokens of a part.
describe.each(['bert-minilm', 'xlm-roberta', 'roberta'])('%s on texts of a megabyte', (name) => {
  const tokenizer = createTokenizer(readTokenizerJson(name), {});
  const encode = (text: string): Int32Array => tokenizer.encode(text, { addSpecialTokens: false }).ids;

  it('words', () => {
    const part = ' the cat';
    const once = Array.from(encode(part));
    const ids = encode(part.repeat(million / part.length));
    expect(ids).toHaveLength((once.length * million) / part.length);
    expect(Array.from(ids.slice(-once.length))).toEqual(once);
  });

  it.each(['a', 'é', '\u0301', '漢', '😀', ' ', '\n', '!', '<mask>', '[MASK] ', 'a\u0301', '<'])(
    'one word of %j',
    (part) => {
      const text = part.repeat(Math.floor(million / part.length));
      const { ids, offsets = new Int32Array() } = tokenizer.encode(text, { offsets: true });
      expect(offsets).toHaveLength(2 * ids.length);
      expect(offsets.at(-4) ?? 0).toBeLessThanOrEqual(text.length);
      expect(encode(text)).toHaveLength(ids.length - 2);
    },
  );

  it('windows', () => {
    const windows = tokenizer.encodeWindows('word '.repeat(100_000), { maximumLength: 128, stride: 16 });
    expect(windows.length).toBeGreaterThan(800);
  });
});
