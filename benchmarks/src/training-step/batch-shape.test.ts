import { describe, expect, it } from 'vitest';
import { createTokenIds, formatBatchShape, parseBatchShapes } from './batch-shape.ts';

describe('batch shapes', () => {
  it('are read from a list', () => {
    expect(parseBatchShapes('16x32, 8x256')).toEqual([
      { rows: 16, length: 32 },
      { rows: 8, length: 256 },
    ]);
    expect(parseBatchShapes('16x32').map(formatBatchShape)).toEqual(['16x32']);
  });

  it.each(['', '16', '0x4', '4x', '4x8,', '4x8x2'])('are refused where they are not: %o', (text) => {
    expect(() => parseBatchShapes(text)).toThrow('16x32');
  });
});

describe('createTokenIds', () => {
  it('fills rows with ids of the vocabulary between the ids of start and end', () => {
    const rows = createTokenIds({ rows: 3, length: 5 });
    expect(rows.map((row) => row.length)).toEqual([5, 5, 5]);
    expect(rows.every((row) => row[0] === 101 && row[4] === 102)).toBe(true);
    expect(rows.flat().every((id) => id > 0 && id < 30_522)).toBe(true);
    expect(new Set(rows.flat()).size).toBe(11);
  });
});
