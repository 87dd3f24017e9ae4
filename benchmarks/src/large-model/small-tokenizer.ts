import type { JsonObject, JsonValue } from '@polyhead/types';

const special = ['<s>', '<pad>', '</s>', '<unk>'];
const characters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789.,!?');

/** A Unigram tokenizer over single characters, with the special tokens and the template of XLM-RoBERTa. */
export function smallTokenizer(): JsonObject {
  const pieces = [...special, '▁', ...characters].map((piece, index): JsonValue => [piece, index < 4 ? 0 : -3]);
  const addedTokens = special.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const start = { SpecialToken: { id: '<s>', type_id: 0 } };
  const end = { SpecialToken: { id: '</s>', type_id: 0 } };
  const sequence = (id: string): JsonObject => ({ Sequence: { id, type_id: 0 } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens,
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    post_processor: {
      type: 'TemplateProcessing',
      single: [start, sequence('A'), end],
      pair: [start, sequence('A'), end, end, sequence('B'), end],
      special_tokens: {
        '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] },
        '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] },
      },
    },
    decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    model: { type: 'Unigram', unk_id: 3, vocab: pieces, byte_fallback: false },
  };
}
