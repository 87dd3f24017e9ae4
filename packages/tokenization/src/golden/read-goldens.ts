import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '@polyhead/types';
import { modelDirectory } from '@polyhead/model-minilm';

/** What the Rust tokenizers make of one text. */
export interface GoldenEncoding {
  readonly input_ids: readonly number[];
  readonly attention_mask: string;
  readonly type_ids: string;
  readonly special_tokens_mask: string;
  readonly sequence_ids?: readonly number[];
  readonly offsets?: readonly number[];
  readonly offsets_utf16?: readonly number[];
  readonly offsets_first_100?: readonly number[];
  readonly offsets_last_100?: readonly number[];
  readonly offsets_utf16_first_100?: readonly number[];
  readonly offsets_utf16_last_100?: readonly number[];
}

export type GoldenOutcome = GoldenEncoding | { readonly error: string };

export interface GoldenCases {
  readonly vocab_size: number;
  readonly single: readonly {
    readonly text: number;
    readonly with_special_tokens: GoldenEncoding;
    readonly without_special_tokens: GoldenEncoding | string;
  }[];
  readonly pairs: readonly ({
    readonly pair: number;
    readonly no_truncation: GoldenEncoding;
    readonly no_truncation_without_special_tokens: { readonly input_ids: readonly number[] };
  } & Readonly<Record<`${'longest_first' | 'only_first' | 'only_second'}_${16 | 64}`, GoldenOutcome>>)[];
  readonly batches: readonly {
    readonly padding: string;
    readonly length?: number;
    readonly pad_to_multiple_of?: number;
    readonly truncation: { readonly max_length: number };
    readonly texts?: readonly number[];
    readonly pairs?: readonly number[];
    readonly shape: readonly [number, number];
    readonly rows: readonly GoldenEncoding[];
  }[];
  readonly windows: readonly {
    readonly text: number;
    readonly max_length: number;
    readonly stride: number;
    readonly windows: readonly { readonly input_ids: readonly number[]; readonly offsets: readonly number[] }[];
  }[];
}

export interface GoldenTexts {
  readonly texts: readonly { readonly source: string; readonly text: string }[];
  readonly pairs: readonly { readonly premise: string; readonly hypothesis: string }[];
}

export interface GoldenPipelines {
  readonly texts: readonly string[];
  readonly cases: readonly {
    readonly name: string;
    readonly base: string;
    readonly changes: JsonObject;
    readonly rows: readonly { readonly ids: readonly number[]; readonly offsets: readonly number[] }[];
  }[];
  readonly decoded: readonly { readonly base: string; readonly rows: readonly (readonly [string, string])[] }[];
}

export interface OtherPipelines {
  readonly variants: readonly {
    readonly name: string;
    readonly normalizers_after_precompiled: JsonObject[];
    readonly pre_tokenizer: JsonObject;
    readonly texts_with_the_same_ids: number;
    readonly single_where_ids_differ: readonly { readonly text: number; readonly input_ids: readonly number[] }[];
  }[];
}

/** The folder of a golden tokenizer; BERT's is the bundled model. */
export function goldenFolder(name: string): string {
  return name === 'bert-minilm' ? modelDirectory : fileURLToPath(new URL(name, import.meta.url));
}

/** A JSON file of this folder; the caller names its shape. */
export function readGolden(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

export function readCases(name: string): GoldenCases {
  return readGolden(`${name}/cases.json`) as GoldenCases;
}

export function readTexts(): GoldenTexts {
  return readGolden('texts.json') as GoldenTexts;
}

export function readTokenizerJson(name: string): JsonObject {
  return JSON.parse(readFileSync(`${goldenFolder(name)}/tokenizer.json`, 'utf8')) as JsonObject;
}
