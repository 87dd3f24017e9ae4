import type { JsonObject } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { createTokenizer } from './create-tokenizer.ts';
import { readGolden, readTokenizerJson, type GoldenPipelines } from './golden/read-goldens.ts';
import { isJsonList } from './json-fields.ts';

const { texts, cases, decoded } = readGolden('pipelines.json') as GoldenPipelines;
const precompiled = readTokenizerJson('xlm-roberta')['normalizer'] ?? null;

function changedJson(base: string, { more_added_tokens: more = [], ...changes }: JsonObject): JsonObject {
  const json = readTokenizerJson(base);
  const filled = JSON.parse(JSON.stringify(changes), (_, value: unknown) =>
    value === "the base's normalizer" ? precompiled : value,
  ) as JsonObject;
  const added = [...list(filled['added_tokens'] ?? json['added_tokens']), ...list(more)];
  return { ...json, ...filled, added_tokens: added };
}

function list(value: JsonObject[string] | undefined): readonly JsonObject[string][] {
  return isJsonList(value) ? value : [];
}

// Known divergence, listed by text: NFC and NFKC place the characters of a cluster that was composed approximately.
const offsetsDiffer = new Map<string, readonly number[]>([['NFKC', [38]]]);

describe('pipelines equal the Rust tokenizers', () => {
  it.each(cases)('$name', ({ name, base, changes, rows }) => {
    const tokenizer = createTokenizer(changedJson(base, changes), {});
    const differing: number[] = [];
    for (const [index, text] of texts.entries()) {
      const golden = rows[index] ?? { ids: [], offsets: [] };
      const encoding = tokenizer.encode(text, { offsets: true });
      expect(Array.from(encoding.ids), JSON.stringify(text)).toEqual(golden.ids);
      expect(Array.from(tokenizer.encode(text).ids)).toEqual(golden.ids);
      if (String(encoding.offsets) !== String(golden.offsets)) differing.push(index);
    }
    expect(differing).toEqual(offsetsDiffer.get(name) ?? []);
  });
});

describe('decode equals the Rust tokenizers', () => {
  it.each(decoded)('$base', ({ base, rows }) => {
    const tokenizer = createTokenizer(readTokenizerJson(base), {});
    for (const [index, text] of texts.entries()) {
      const { ids } = tokenizer.encode(text);
      const got = [false, true].map((skipSpecialTokens) => tokenizer.decode(ids, { skipSpecialTokens }));
      expect(got, JSON.stringify(text)).toEqual(rows[index]);
    }
  });
});
