import type { ZeroShotLabels } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { createLabelSet } from './label-set.ts';

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
