import { hasErrorCode, type JsonObject, type JsonValue, type Tokenizer, type TokenizerInput } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenizer } from './create-tokenizer.ts';
import { readTexts, readTokenizerJson } from './golden/read-goldens.ts';

const names = ['bert-minilm', 'xlm-roberta', 'roberta', 'camembert'];
const tokenizers = new Map(names.map((name) => [name, createTokenizer(readTokenizerJson(name), {})]));
const get = (name: string): Tokenizer => tokenizers.get(name) ?? createTokenizer({}, {});
const bert = get('bert-minilm');

/** Texts of all kinds: any Unicode, and pieces of the nasty ones. */
const pieces = readTexts()
  .texts.map(({ text }) => text)
  .filter((text) => text.length < 80);
const anyText = fc
  .array(
    fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ maxLength: 12 }), fc.constantFrom(...pieces)),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''));

/** A file with one value replaced, to see what is refused. */
function broken(path: readonly string[], value: JsonValue): JsonObject {
  const json = readTokenizerJson('xlm-roberta');
  const [first = '', ...rest] = path;
  const inner = json[first] as JsonObject;
  const [second] = rest;
  return { ...json, [first]: second === undefined ? value : { ...inner, [second]: value } };
}

describe('createTokenizer', () => {
  it('ignores the truncation and padding settings of the file', () => {
    const json = {
      ...readTokenizerJson('bert-minilm'),
      truncation: { max_length: 3 },
      padding: { strategy: { Fixed: 9 } },
    };
    const { ids } = createTokenizer(json, {}).encode('one two three four five');
    expect(ids).toHaveLength(7);
  });

  it('reads pad tokens that are objects, and does without one', () => {
    const json = readTokenizerJson('roberta');
    expect(createTokenizer(json, { pad_token: { content: '<mask>' } }).padId).toBe(4);
    expect(createTokenizer(json, { pad_token: 'not in the vocabulary' }).padId).toBe(1);
    const wordLevel = { model: { type: 'WordLevel', vocab: { a: 0, b: 1 }, unk_token: 'a' } };
    expect(createTokenizer(wordLevel, {})).toMatchObject({ padId: 0, vocabularySize: 2 });
  });

  it('tells models without a type by their fields', () => {
    for (const name of names) {
      const json = readTokenizerJson(name);
      const { type, ...model } = json['model'] as JsonObject;
      expect(type).toBeTypeOf('string');
      expect(createTokenizer({ ...json, model }, {}).encode('unbelievable').ids).toEqual(
        get(name).encode('unbelievable').ids,
      );
    }
  });

  it.each<[readonly string[], JsonValue, RegExp]>([
    [['model'], null, /model must be an object, but it is null/],
    [['model', 'type'], 'Neural', /"Neural", which is not supported\. Supported are BPE, Unigram/],
    [['model', 'type'], 'toString', /"toString", which is not supported/],
    [['model', 'vocab'], { a: 1 }, /model\.vocab must be a list, but it is an object/],
    [['model', 'vocab'], [['a', 0], ['b']], /entry 1 is not/],
    [['model', 'unk_id'], 4004, /unk_id must be below 4004/],
    [['normalizer', 'type'], 'Magic', /normalizer has the type "Magic"/],
    [['normalizer', 'precompiled_charsmap'], 'AAAA', /precompiled_charsmap is damaged/],
    [['normalizer', 'precompiled_charsmap'], 'ALwCAACEAAAAAACAAQAA', /precompiled_charsmap is damaged/],
    [['normalizer'], { type: 'Replace', pattern: { Regex: '[z' }, content: '' }, /cannot be translated/],
    [['normalizer'], { type: 'Replace', pattern: {}, content: '' }, /pattern\.Regex must be a text, but it is missing/],
    [['pre_tokenizer'], 'Metaspace', /pre_tokenizer must be an object, but it is the string/],
    [['pre_tokenizer'], { type: 'Metaspace', prepend_scheme: 'often' }, /one of always, first, never/],
    [['pre_tokenizer'], { type: 'Punctuation', behavior: 'Gone' }, /one of Removed, Isolated/],
    [['pre_tokenizer'], { type: 'UnicodeScripts' }, /"UnicodeScripts", which is not supported/],
    [['post_processor'], { type: 'Nothing' }, /post_processor has the type "Nothing"/],
    [['post_processor', 'special_tokens'], {}, /special_tokens\.<s> must be an object/],
    [['post_processor', 'single'], [{ Sequence: { id: 'C' } }], /must be A or B/],
    [
      ['post_processor'],
      { type: 'BertProcessing', cls: ['a', 1], sep: ['b'] },
      /sep must be a list of a token and its id/,
    ],
    [['decoder'], { type: 'Guess' }, /decoder is not one that the tokenizer library knows/],
    [
      ['added_tokens'],
      [{ content: 'a', id: 'b' }],
      /added_tokens\[0\]\.id must be an integer, but it is the string "b"/,
    ],
    [['added_tokens'], {}, /added_tokens must be a list/],
  ])('refuses %j being %j', (path, value, pattern) => {
    expect(() => createTokenizer(broken(path, value), {})).toThrow(pattern);
    expect(() => createTokenizer(broken(path, value), {})).toThrow(
      expect.objectContaining({ code: 'TOKENIZER_INVALID' }),
    );
  });

  it('refuses merges and ids that the vocabulary lacks, and two templates', () => {
    const json = readTokenizerJson('roberta');
    const model = json['model'] as JsonObject;
    const refused = (changes: JsonObject): unknown => {
      try {
        return createTokenizer({ ...json, ...changes }, {});
      } catch (error) {
        return hasErrorCode(error, 'TOKENIZER_INVALID') ? error.message : error;
      }
    };
    expect(refused({ model: { ...model, merges: ['a b c'] } })).toMatch(/entry 0 is not/);
    expect(refused({ model: { ...model, merges: [['a', 'no such']] } })).toMatch(/"a no such" is not/);
    expect(refused({ model: { ...model, vocab: { a: -1 } } })).toMatch(/"a" has -1/);
    const twice = { type: 'Sequence', processors: [json['post_processor'] ?? null, json['post_processor'] ?? null] };
    expect(refused({ post_processor: twice })).toMatch(/two parts that add tokens/);
  });
});

describe('encode', () => {
  it('refuses what is not a text, in pairs too', () => {
    const inputs: unknown[] = [
      5,
      null,
      undefined,
      ['a'],
      {},
      { first: 'a' },
      { first: 'a', second: 5 },
      '\ud800',
      { first: '\udc00', second: '' },
    ];
    for (const input of inputs) {
      expect(() => bert.encode(input as TokenizerInput)).toThrow(expect.objectContaining({ code: 'INVALID_TEXT' }));
    }
    expect(() => bert.encodeWindows('\ud800', { maximumLength: 8 })).toThrow(
      expect.objectContaining({ code: 'INVALID_TEXT' }),
    );
  });

  it('reports what was cut', () => {
    const text = 'one two three four five six';
    expect(bert.encode(text, { maximumLength: 5 })).toMatchObject({ tokenCount: 8, truncated: true });
    expect(bert.encode(text, { maximumLength: 5 }).ids).toHaveLength(5);
    expect(bert.encode(text, { maximumLength: 8 })).toMatchObject({ tokenCount: 8, truncated: false });
    expect(bert.encode(text, { addSpecialTokens: false })).toMatchObject({ tokenCount: 6 });
    expect(() => bert.encode(text, { maximumLength: 7, truncation: 'none' })).toThrow(
      expect.objectContaining({ code: 'TEXT_TOO_LONG' }),
    );
  });

  it('keeps the second text of a pair apart, also an empty one', () => {
    const encoding = bert.encode({ first: 'one', second: '' });
    expect(encoding).toMatchObject({
      ids: Int32Array.from([101, 2028, 102, 102]),
      typeIds: Uint8Array.from([0, 0, 0, 1]),
      sequenceIds: Int8Array.from([-1, 0, -1, -1]),
    });
  });

  it('gives offsets that point at the words', () => {
    const text = 'Ein Café 😀 [MASK]!';
    for (const name of names) {
      const { ids, offsets, specialTokensMask } = get(name).encode(text, { offsets: true });
      expect(offsets).toHaveLength(2 * ids.length);
      const parts = Array.from(ids.keys(), (index) => text.slice(offsets?.[2 * index], offsets?.[2 * index + 1]));
      expect(parts.filter((_, index) => specialTokensMask[index] === 0).join('')).toContain('Café');
    }
  });

  it.each(names)('%s: offsets lie in the text, and asking for them changes no id', (name) => {
    const tokenizer = get(name);
    fc.assert(
      fc.property(anyText, (text) => {
        const encoding = tokenizer.encode(text, { offsets: true });
        expect(encoding.ids).toEqual(tokenizer.encode(text).ids);
        for (const [index, offset] of (encoding.offsets ?? []).entries()) {
          expect(offset).toBeGreaterThanOrEqual(index % 2 === 0 ? 0 : (encoding.offsets?.[index - 1] ?? 0));
          expect(offset).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it.each(names)('%s: never longer than the maximum, and a cut text is a prefix', (name) => {
    const tokenizer = get(name);
    fc.assert(
      fc.property(anyText, anyText, fc.integer({ min: 5, max: 24 }), (first, second, maximumLength) => {
        for (const input of [first, { first, second }]) {
          const whole = tokenizer.encode(input);
          const cut = tokenizer.encode(input, { maximumLength });
          expect(cut.ids.length).toBe(Math.min(whole.ids.length, maximumLength));
          expect(cut).toMatchObject({ tokenCount: whole.ids.length, truncated: cut.ids.length < whole.ids.length });
          for (const sequence of [0, 1]) {
            const of = (encoding: typeof whole): number[] =>
              Array.from(encoding.ids).filter((_, index) => encoding.sequenceIds[index] === sequence);
            expect(of(cut)).toEqual(of(whole).slice(0, of(cut).length));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('encodeBatch and pad', () => {
  it('equal encode row by row', () => {
    const inputs = ['short', 'a somewhat longer text', { first: 'a', second: 'pair' }];
    const batch = bert.encodeBatch(inputs, { maximumLength: 5, padToMultipleOf: 4 });
    expect(batch).toEqual(
      bert.pad(
        inputs.map((input) => bert.encode(input, { maximumLength: 5 })),
        { padToMultipleOf: 4 },
      ),
    );
    expect(batch).toMatchObject({ rows: 3, length: 8, truncated: Uint8Array.from([0, 1, 0]) });
  });
});

describe('encodeWindows', () => {
  it.each(names)('%s: the windows together are the text', (name) => {
    const tokenizer = get(name);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 3, max: 12 }), fc.nat(8), (text, maximumLength, stride) => {
        fc.pre(stride < maximumLength - 2);
        const whole = tokenizer.encode(text, { offsets: true });
        const windows = tokenizer.encodeWindows(text, { maximumLength, stride, offsets: true });
        const ids = windows.flatMap((window, index) => Array.from(window.ids.slice(index === 0 ? 1 : 1 + stride, -1)));
        expect(ids).toEqual(Array.from(whole.ids.slice(1, -1)));
        for (const window of windows) {
          expect(window.ids.length).toBeLessThanOrEqual(maximumLength);
          expect(window).toMatchObject({ tokenCount: whole.ids.length, truncated: false });
        }
        expect(windows[0]?.offsets?.slice(0, -2)).toEqual(
          whole.offsets?.slice(0, (windows[0]?.offsets?.length ?? 0) - 2),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('refuses windows that hold no text', () => {
    for (const options of [{ maximumLength: 1 }, { maximumLength: 2 }, { maximumLength: 5, stride: 3 }]) {
      expect(() => bert.encodeWindows('a text', options)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });
});

describe('decode', () => {
  it('skips special tokens when asked', () => {
    const { ids } = bert.encode('Hello, world!');
    expect(bert.decode(ids)).toBe('[CLS] hello, world! [SEP]');
    expect(bert.decode(ids, { skipSpecialTokens: true })).toBe('hello, world!');
    expect(bert.decode([])).toBe('');
  });

  it('gives byte-level texts back exactly', () => {
    const tokenizer = get('roberta');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('<'));
        expect(tokenizer.decode(tokenizer.encode(text).ids, { skipSpecialTokens: true })).toBe(text);
      }),
    );
  });

  it.each([-1, 1e9, 1.5])('refuses id %d', (id) => {
    expect(() => bert.decode([101, id])).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
