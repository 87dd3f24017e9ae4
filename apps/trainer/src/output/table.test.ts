import { describe, expect, it } from 'vitest';
import { formatTable } from './table.ts';

describe('formatTable', () => {
  it('shows all figures of a column alike: with decimals if one of them is not whole', () => {
    const lines = formatTable(
      ['rows', 'F1', 'best'],
      [
        [40, 0, 1],
        [3, 0.25, 1],
      ],
    ).split('\n');
    expect(lines[3]).toMatch(/│ +40 │ 0\.000 │ +1 │/);
    expect(lines[4]).toMatch(/│ +3 │ 0\.250 │ +1 │/);
  });

  it('shows a dash for what is not known', () => {
    expect(formatTable(['a'], [[undefined], [null]])).toMatch(/│ +- │\n│ +- │/);
  });
});
