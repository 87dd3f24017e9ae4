import { describe, expect, it } from 'vitest';
import { assertText } from './text-check.ts';

const check = (text: unknown) => (): void => {
  assertText(text);
};

describe('assertText', () => {
  it.each(['', 'a', '\0', '\ufffd\uffff', '\u{1f600}'])('accepts %j', (text) => {
    expect(check(text)).not.toThrow();
  });

  it.each([undefined, null, 5, true, ['a'], { text: 'a' }, Buffer.from('a')])('refuses %j', (text) => {
    expect(check(text)).toThrow(expect.objectContaining({ code: 'INVALID_TEXT' }));
  });

  it.each([
    ['ab\ud83d', 2],
    ['\ude00ab', 0],
    ['\u{1f600}\ude00', 2],
    ['\ud83d\ud83d\ude00', 0],
  ])('refuses half a surrogate pair in %j and says where', (text, position) => {
    expect(check(text)).toThrow(expect.objectContaining({ code: 'INVALID_TEXT', details: { position } }));
  });
});
