import { describe, expect, it } from 'vitest';
import { formatNumber, formatSpread, toMarkdownTable } from './markdown-table.ts';

describe('toMarkdownTable', () => {
  it('aligns numbers right and pads', () => {
    expect(
      toMarkdownTable(
        ['name', 'texts'],
        [
          ['a', 1821],
          ['longer', 5],
        ],
      ),
    ).toBe(
      // prettier-ignore
      ['| name   | texts |', '| ------ | ----: |', '| a      | 1,821 |', '| longer |     5 |'].join('\n'),
    );
  });

  it('keeps the digits that count', () => {
    expect([12345.6, 626.4, 62.44, 1.239, 0.20649, 0.00004, 0, NaN].map(formatNumber)).toEqual([
      '12,346',
      '626',
      '62.4',
      '1.24',
      '0.2065',
      '4.0e-5',
      '0',
      '-',
    ]);
    expect(formatSpread({ median: 2.5, minimum: 1, maximum: 4 })).toBe('2.50 (1 - 4)');
  });
});
