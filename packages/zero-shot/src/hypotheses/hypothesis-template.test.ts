import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHypothesisTemplate } from './hypothesis-template.ts';

describe('parseHypothesisTemplate', () => {
  // What Python's template.format('politics') gives.
  it.each([
    ['This example is {}.', 'This example is politics.'],
    ['{}', 'politics'],
    ['A {{literal}} brace: {}', 'A {literal} brace: politics'],
    ['{0} and {0} again', 'politics and politics again'],
    ['{{}} {}', '{} politics'],
    ['{{{}}}', '{politics}'],
    ['line\n{}\nline', 'line\npolitics\nline'],
  ])('fills %j', (template, expected) => {
    expect(parseHypothesisTemplate(template)('politics')).toBe(expected);
  });

  it.each([
    ['no braces', 'has no {}'],
    ['', 'has no {}'],
    ['{{}}', 'has no {}'],
    ['{} and {}', 'has more than one {}'],
    ['{} and {0}', 'mixes {} and {0}'],
    ['{1}', 'has "{1}" in it'],
    ['{label}', 'has "{label}" in it'],
    ['{:>10}', 'has "{:>10}" in it'],
    ['{!r}', 'has "{!r}" in it'],
    ['{', 'has "{" in it'],
    ['{} }', 'has "}" in it'],
  ])('refuses %j: %s', (template, reason) => {
    const message = expect.stringContaining(reason) as unknown;
    expect(() => parseHypothesisTemplate(template)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error,
    );
  });

  it('puts labels in as they are, braces and dollars too', () => {
    fc.assert(
      fc.property(fc.string(), (label) => parseHypothesisTemplate('<{}>')(label) === `<${label}>`),
      { numRuns: 200 },
    );
    expect(parseHypothesisTemplate('It is {}.')('$& {} {{')).toBe('It is $& {} {{.');
  });
});
