import type { ZeroShotLabel, ZeroShotLabels } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLabelSentences, createLabelSet, measureLabelSentences } from './label-set.ts';

const templates = ['This is {}.'];

describe('createLabelSet', () => {
  it('takes a list, and a text with commas as the pipeline of transformers does', () => {
    expect(createLabelSet(['a', ' b '], undefined).labels).toEqual(['a', ' b ']);
    expect(createLabelSet('sports, business ,, health,', undefined).labels).toEqual(['sports', 'business', 'health']);
  });

  it('makes a sentence of every wording and template; descriptions stand for themselves', () => {
    const set = createLabelSet(
      [
        'sports',
        { label: 'billing', wordings: ['billing', 'invoices'] },
        { label: 'refund', descriptions: ['The customer wants money back.'] },
        { label: 'other', wordings: ['else'], descriptions: ['Nothing fits.'], templates: '{} fits.', threshold: 0.7 },
      ],
      undefined,
    );
    const hypotheses = set.hypotheses(['A {}.', 'B {}.']);
    expect(hypotheses).toEqual([
      ['A sports.', 'B sports.'],
      ['A billing.', 'A invoices.', 'B billing.', 'B invoices.'],
      ['The customer wants money back.'],
      ['else fits.', 'Nothing fits.'],
    ]);
    expect(set.thresholds).toEqual([undefined, undefined, undefined, 0.7]);
    expect(set.select([3, 0]).labels).toEqual(['other', 'sports']);
    expect(set.select([3, 0]).hypotheses(templates)).toEqual([['else fits.', 'Nothing fits.'], ['This is sports.']]);
  });

  it('takes given templates instead of those of the method, and makes the sentences once', () => {
    const set = createLabelSet(['a'], ['X {}', 'Y {}']);
    expect(set.hypotheses(templates)).toEqual([['X a', 'Y a']]);
    expect(set.hypotheses(templates)).toBe(set.hypotheses(templates));
  });

  it.each<[ZeroShotLabels, string]>([
    [[], 'Text 3: There are no labels.'],
    [' , ,', 'Text 3: There are no labels.'],
    [['a', ''], 'Text 3: Label 1 is "".'],
    [['  '], 'Text 3: Label 0 is "  ".'],
    [[1] as unknown as ZeroShotLabels, 'Text 3: Label 0 is 1.'],
    [['a', 'b', 'a'], 'Text 3: The label "a" occurs twice.'],
    ['a,b, a', 'Text 3: The label "a" occurs twice.'],
    [['a', { label: 'a' }], 'Text 3: The label "a" occurs twice.'],
    [[{ label: 'a', wordings: [] }], 'Text 3: The label "a" has no wording.'],
    [[{ label: 'a', descriptions: [' '] }], 'Text 3: The label "a" has an empty wording or description.'],
    [[{ label: 'a', threshold: 1.5 }], 'Text 3: The threshold of "a" is 1.5.'],
    [[{ label: 'a', threshold: Number.NaN }], 'Text 3: The threshold of "a" is NaN.'],
    [[{ label: 'a', templates: 'no braces' }], 'The template "no braces" has no {}.'],
    [[{ label: 'a', templates: [] }], 'The list of templates is empty.'],
  ])('refuses %j', (labels, text) => {
    const message = expect.stringContaining(text) as unknown;
    expect(() => createLabelSet(labels, undefined, 'Text 3: ')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error,
    );
  });

  it('keeps labels that differ in casing only, as the pipeline does', () => {
    expect(createLabelSet(['Sports', 'sports'], undefined).labels).toEqual(['Sports', 'sports']);
  });
});

describe('measureLabelSentences', () => {
  it('gives the lengths that the sentences have when they are made', () => {
    const text = fc.string({ minLength: 1, maxLength: 12 }).filter((value) => value.trim() !== '');
    const template = fc
      .array(fc.constantFrom('{0}', 'is ', '{{', '}}', '. '), { maxLength: 6 })
      .map((pieces) => `{0}${pieces.join('')}`);
    const lists = { minLength: 1, maxLength: 3 };
    const entry: fc.Arbitrary<ZeroShotLabel> = fc.record(
      {
        label: text,
        wordings: fc.uniqueArray(text, lists),
        descriptions: fc.array(text, lists),
        templates: fc.oneof(template, fc.array(template, lists)),
      },
      { requiredKeys: ['label'] },
    );
    const labels = fc.uniqueArray(entry, { minLength: 1, maxLength: 4, selector: ({ label }) => label });
    fc.assert(
      fc.property(labels, fc.uniqueArray(template, lists), (given, templates) => {
        const { longest, total } = measureLabelSentences(given, templates);
        const sentences = createLabelSet(given, templates).hypotheses(templates).flat();
        const lengths = sentences.map((sentence) => sentence.length);
        expect(longest).toBe(Math.max(...lengths));
        const made = lengths.reduce((sum, length) => sum + length, 0);
        // Equal sentences of a label are made once.
        if (sentences.length === countLabelSentences(given, templates)) expect(total).toBe(made);
        else expect(total).toBeGreaterThanOrEqual(made);
      }),
      { numRuns: 200 },
    );
  });

  it('makes no sentence', () => {
    const labels = ['x'.repeat(1_000_000)];
    expect(measureLabelSentences(labels, '{0}'.repeat(5000))).toEqual({ longest: 5e9, total: 5e9 });
    expect(measureLabelSentences(labels, undefined)).toEqual({ longest: 1e6, total: 1e6 });
  });
});
