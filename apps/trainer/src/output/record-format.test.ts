import { describe, expect, it } from 'vitest';
import { chooseFormat } from './record-format.ts';

describe('chooseFormat', () => {
  it.each([
    ['out.json', true, 'json'],
    ['out.CSV', false, 'csv'],
    ['out.jsonl', true, 'jsonl'],
    ['out', true, 'jsonl'],
    ['-', true, 'table'],
    ['-', false, 'jsonl'],
    [undefined, true, 'table'],
    [undefined, false, 'jsonl'],
  ])('takes %s (on a terminal: %s) as %s', (file, interactive, format) => {
    expect(chooseFormat(file, interactive)).toBe(format);
  });

  it.each(['out.tsv', 'out.parquet', 'out.xlsx'])('does not write JSON lines into %s', (file) => {
    expect(() => chooseFormat(file, false)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
  });
});
