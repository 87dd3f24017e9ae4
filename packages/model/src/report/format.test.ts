import { describe, expect, it } from 'vitest';
import { formatCount, formatFigure, formatName, formatShare, shorten } from './format.ts';

describe('format', () => {
  it.each<[number | null | undefined, string]>([
    [0.12345, '0.123'],
    [1, '1.000'],
    [0, '0.000'],
    [12.345, '12.3'],
    [1234567, '1,234,567'],
    [0.00012, '1.20e-4'],
    [-0.5, '-0.500'],
    [null, '–'],
    [undefined, '–'],
    [NaN, '–'],
  ])('shows %s as %s', (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });

  it('shows counts, shares and names', () => {
    expect([formatCount(12345), formatCount(null)]).toEqual(['12,345', '–']);
    expect([formatShare(0.051), formatShare(0.5), formatShare(0)]).toEqual(['5.1 %', '50 %', '0 %']);
    expect([formatName('macro_f1'), formatName('some_new_figure'), formatName('constructor')]).toEqual([
      'Macro F1',
      'Some new figure',
      'Constructor',
    ]);
  });

  it('cuts at whole characters and flattens white space', () => {
    expect(shorten('  a\n b ', 10)).toBe('a b');
    expect(shorten('😀😀😀😀', 3)).toBe('😀😀…');
  });
});
