import { describe, expect, it } from 'vitest';
import { toNumberList, toNumberTable } from './number-table.ts';

describe('numbers for people', () => {
  it('become a table if they are grouped by head', () => {
    expect(toNumberTable({ intent: { train: 1200, test: 3 }, tone: { train: 5, skipped_rows: 0.5 } })).toEqual({
      columns: ['train', 'test', 'skipped rows'],
      rows: [
        { name: 'intent', cells: ['1,200', '3', '–'] },
        { name: 'tone', cells: ['5', '–', '0.500'] },
      ],
    });
  });

  it.each([[{}], [{ train: 5 }], [{ a: { train: 5 }, b: 1 }], [{ a: { b: { c: 1 } } }]])('else not: %j', (value) => {
    expect(toNumberTable(value)).toBeUndefined();
  });

  it('become a flat list otherwise', () => {
    expect(toNumberList({ total_time: 1.5, a: { b: { c: 1 } }, note: 'x', none: null })).toEqual([
      ['total time', '1.500'],
      ['a: b: c', '1'],
      ['note', 'x'],
      ['none', '–'],
    ]);
  });
});
