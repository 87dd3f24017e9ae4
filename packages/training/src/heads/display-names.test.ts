import { expect, it } from 'vitest';
import { assertDisplayNames } from './display-names.ts';

const labels = ['01', '02', 'Other'];

it('takes names of some labels, or none', () => {
  assertDisplayNames('topic', { '01': 'News', Other: 'Everything else' }, labels);
  assertDisplayNames('topic', undefined, labels);
});

it('refuses a name of what is no label, and says what the labels are', () => {
  expect(() => assertDisplayNames('topic', { '02': 'Sport', '1': 'News' }, labels)).toThrow(
    expect.objectContaining({
      code: 'UNKNOWN_LABEL',
      message: expect.stringMatching(/head "topic".*"1".*"01", "02", "Other".*quotes/i) as string,
      details: { head: 'topic', unknown: ['1'], labels },
    }) as Error,
  );
});

it('names no more labels than can be read', () => {
  const many = Array.from({ length: 300 }, (_, index) => `label ${index}`);
  expect(() => assertDisplayNames('topic', { lable: 'x' }, many)).toThrow(/"label 19" and 280 more\./);
});
