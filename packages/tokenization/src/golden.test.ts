import type { TruncationStrategy } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { createTokenizer } from './create-tokenizer.ts';
import {
  goldenFolder,
  readCases,
  readGolden,
  readTexts,
  readTokenizerJson,
  type GoldenEncoding,
  type GoldenOutcome,
  type OtherPipelines,
} from './golden/read-goldens.ts';
import { loadTokenizer } from './load-tokenizer.ts';

const { texts, pairs } = readTexts();
const textAt = (index: number): string => texts[index]?.text ?? '';
const pairAt = (index: number): { first: string; second: string } => ({
  first: pairs[index]?.premise ?? '',
  second: pairs[index]?.hypothesis ?? '',
});
const digits = (values: ArrayLike<number>): string => Array.from(values).join('');

function expectedOffsets(
  golden: GoldenEncoding,
  got: readonly number[],
): { expected: readonly number[]; got: readonly number[] } {
  const whole = golden.offsets_utf16 ?? golden.offsets;
  if (whole !== undefined) return { expected: whole, got };
  const first = golden.offsets_utf16_first_100 ?? golden.offsets_first_100 ?? [];
  const last = golden.offsets_utf16_last_100 ?? golden.offsets_last_100 ?? [];
  return { expected: [...first, ...last], got: [...got.slice(0, 200), ...got.slice(-200)] };
}

// No text is left out: every id, mask and offset of all four tokenizers equals the Rust library's.
describe.each(['bert-minilm', 'xlm-roberta', 'roberta', 'camembert'])('%s equals the Rust tokenizers', async (name) => {
  const tokenizer = await loadTokenizer(goldenFolder(name));
  const cases = readCases(name);

  it('has the same number of ids and pad id', () => {
    expect(tokenizer.vocabularySize).toBe(cases.vocab_size);
    expect(tokenizer.padId).toBe(name === 'bert-minilm' ? 0 : 1);
    expect(tokenizer.addedTokens).toEqual({ single: 2, pair: name === 'bert-minilm' ? 3 : 4 });
  });

  it('on all 243 texts: ids, types, masks, offsets', () => {
    expect(cases.single).toHaveLength(243);
    for (const { text, with_special_tokens: golden } of cases.single) {
      const encoding = tokenizer.encode(textAt(text), { offsets: true });
      const label = `text ${String(text)}`;
      expect(Array.from(encoding.ids), label).toEqual(golden.input_ids);
      expect(digits(encoding.typeIds), label).toBe(golden.type_ids);
      expect(digits(encoding.specialTokensMask), label).toBe(golden.special_tokens_mask);
      const offsets = expectedOffsets(golden, Array.from(encoding.offsets ?? []));
      expect(offsets.got, label).toEqual(offsets.expected);
      expect(encoding).toMatchObject({ tokenCount: golden.input_ids.length, truncated: false });
    }
  });

  it('on all 243 texts without special tokens and without offsets', () => {
    for (const { text, with_special_tokens: golden } of cases.single) {
      const encoding = tokenizer.encode(textAt(text), { addSpecialTokens: false });
      const expected = golden.input_ids.filter((_, index) => golden.special_tokens_mask[index] === '0');
      expect(Array.from(encoding.ids), `text ${String(text)}`).toEqual(expected);
      expect(encoding.offsets).toBeUndefined();
    }
  });

  it('on all 40 pairs under every truncation', () => {
    expect(cases.pairs).toHaveLength(40);
    for (const golden of cases.pairs) {
      const input = pairAt(golden.pair);
      const whole = tokenizer.encode(input);
      expect(Array.from(whole.ids)).toEqual(golden.no_truncation.input_ids);
      expect(Array.from(whole.sequenceIds)).toEqual(golden.no_truncation.sequence_ids);
      expect(digits(whole.typeIds)).toBe(golden.no_truncation.type_ids);
      expect(digits(whole.specialTokensMask)).toBe(golden.no_truncation.special_tokens_mask);
      const alone = [
        tokenizer.encode(input.first, { addSpecialTokens: false }),
        tokenizer.encode(input.second, { addSpecialTokens: false }),
      ] as const;
      expect(tokenizer.joinPair(...alone)).toEqual(whole);
      const bare = tokenizer.encode(input, { addSpecialTokens: false });
      expect(Array.from(bare.ids)).toEqual(golden.no_truncation_without_special_tokens.input_ids);
      for (const strategy of ['longest_first', 'only_first', 'only_second'] as const) {
        for (const maximumLength of [16, 64] as const) {
          const truncation = strategy.replace('_', '-') as TruncationStrategy;
          const encode = (): ReturnType<typeof tokenizer.encode> =>
            tokenizer.encode(input, { maximumLength, truncation });
          const outcome: GoldenOutcome = golden[`${strategy}_${maximumLength}`];
          if ('error' in outcome) {
            const refusal = expect.objectContaining({ code: 'TEXT_TOO_LONG' }) as Error;
            expect(encode).toThrow(refusal);
            expect(() => tokenizer.joinPair(...alone, { maximumLength, truncation })).toThrow(refusal);
          } else {
            const encoding = encode();
            expect(Array.from(encoding.ids)).toEqual(outcome.input_ids);
            expect(digits(encoding.typeIds)).toBe(outcome.type_ids);
            expect(digits(encoding.specialTokensMask)).toBe(outcome.special_tokens_mask);
            expect(encoding.tokenCount).toBe(whole.ids.length);
            expect(encoding.truncated).toBe(whole.ids.length > maximumLength);
            expect(tokenizer.joinPair(...alone, { maximumLength, truncation })).toEqual(encoding);
          }
        }
      }
    }
  });

  it('on all 8 batches', () => {
    expect(cases.batches).toHaveLength(8);
    for (const golden of cases.batches) {
      const inputs = golden.texts?.map(textAt) ?? golden.pairs?.map(pairAt) ?? [];
      const encodings = inputs.map((input) => tokenizer.encode(input, { maximumLength: golden.truncation.max_length }));
      const batch = tokenizer.pad(encodings, {
        padding: golden.length === undefined ? 'longest' : 'max-length',
        padToMultipleOf: golden.pad_to_multiple_of ?? 1,
        maximumLength: golden.length,
      });
      expect([batch.rows, batch.length]).toEqual(golden.shape);
      expect(Array.from(batch.ids)).toEqual(golden.rows.flatMap((row) => row.input_ids));
      expect(digits(batch.attentionMask)).toBe(golden.rows.map((row) => row.attention_mask).join(''));
      expect(digits(batch.typeIds)).toBe(golden.rows.map((row) => row.type_ids).join(''));
    }
  });

  it('on the windows of 6 texts', () => {
    expect(cases.windows).toHaveLength(6);
    for (const golden of cases.windows) {
      const windows = tokenizer.encodeWindows(textAt(golden.text), {
        maximumLength: golden.max_length,
        stride: golden.stride,
        offsets: true,
      });
      expect(windows.map((window) => Array.from(window.ids))).toEqual(golden.windows.map((window) => window.input_ids));
      expect(windows.map((window) => Array.from(window.offsets ?? []))).toEqual(
        golden.windows.map((window) => window.offsets),
      );
    }
  });
});

describe('other white space rules of Unigram files', () => {
  const base = readTokenizerJson('xlm-roberta');
  const original = createTokenizer(base, {});
  const { variants } = readGolden('xlm-roberta/other-pipelines.json') as OtherPipelines;

  it.each(variants)('$name', (variant) => {
    const normalizer = {
      type: 'Sequence',
      normalizers: [base['normalizer'] ?? null, ...variant.normalizers_after_precompiled],
    };
    const tokenizer = createTokenizer({ ...base, normalizer, pre_tokenizer: variant.pre_tokenizer }, {});
    const differing = new Map(variant.single_where_ids_differ.map((row) => [row.text, row.input_ids]));
    for (const [index, { text }] of texts.entries()) {
      expect(Array.from(tokenizer.encode(text).ids)).toEqual(
        differing.get(index) ?? Array.from(original.encode(text).ids),
      );
    }
    expect(texts.length - differing.size).toBe(variant.texts_with_the_same_ids);
  });
});
