import { describe, expect, it } from 'vitest';
import type { TokenModel } from './token-model.ts';
import { rememberWords } from './word-cache.ts';

function countingModel(): { model: TokenModel; calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const model: TokenModel = {
    size: 1,
    toId: () => 0,
    toToken: () => '',
    tokenizeWord: (word) => {
      calls.set(word, (calls.get(word) ?? 0) + 1);
      return { ids: [word.length], spans: [0, word.length] };
    },
  };
  return { model, calls };
}

describe('rememberWords', () => {
  it('asks the model once for a word in use, however many others come by', () => {
    const { model, calls } = countingModel();
    const tokenize = rememberWords(model);
    for (let index = 0; index < 30_000; index += 1) {
      tokenize('common');
      expect(tokenize(`word ${String(index)}`).ids).toEqual([`word ${String(index)}`.length]);
    }
    expect(calls.get('common')).toBe(1);
    expect(calls.size).toBe(30_001);
  });

  it('forgets words that are not used', () => {
    const { model, calls } = countingModel();
    const tokenize = rememberWords(model);
    tokenize('rare');
    for (let index = 0; index < 20_000; index += 1) tokenize(`word ${String(index)}`);
    tokenize('rare');
    expect(calls.get('rare')).toBe(2);
  });

  it('does not keep very long words', () => {
    const { model, calls } = countingModel();
    const tokenize = rememberWords(model);
    const long = 'x'.repeat(65);
    tokenize(long);
    tokenize(long);
    expect(calls.get(long)).toBe(2);
  });
});
