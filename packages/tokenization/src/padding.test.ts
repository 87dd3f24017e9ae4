import type { Encoding } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { padEncodings, type PaddingOptions } from './padding.ts';

const encodingOf = (ids: readonly number[]): Encoding => ({
  ids: Int32Array.from(ids),
  typeIds: Uint8Array.from(ids, (id) => id % 2),
  specialTokensMask: new Uint8Array(ids.length),
  sequenceIds: new Int8Array(ids.length),
  offsets: undefined,
  tokenCount: ids.length + 2,
  truncated: ids.length > 3,
});

describe('padEncodings', () => {
  it('pads on the right to the longest row', () => {
    const batch = padEncodings([encodingOf([5, 6]), encodingOf([7, 8, 9, 10]), encodingOf([])], 1);
    expect(batch).toEqual({
      rows: 3,
      length: 4,
      ids: Int32Array.from([5, 6, 1, 1, 7, 8, 9, 10, 1, 1, 1, 1]),
      attentionMask: Uint8Array.from([1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]),
      typeIds: Uint8Array.from([1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]),
      tokenCounts: Int32Array.from([4, 6, 2]),
      truncated: Uint8Array.from([0, 1, 0]),
    });
  });

  it('pads to a fixed length and rounds up to a multiple, also above the fixed length', () => {
    const rows = [encodingOf([1, 2, 3])];
    expect(padEncodings(rows, 0, { padding: 'max-length', maximumLength: 6 }).length).toBe(6);
    expect(padEncodings(rows, 0, { padToMultipleOf: 8 }).length).toBe(8);
    expect(padEncodings(rows, 0, { padding: 'max-length', maximumLength: 30, padToMultipleOf: 8 }).length).toBe(32);
  });

  it('makes an empty batch of nothing', () => {
    expect(padEncodings([], 0)).toMatchObject({ rows: 0, length: 0 });
  });

  it.each<PaddingOptions>([
    { padding: 'max-length' },
    { padding: 'max-length', maximumLength: 2 },
    { padding: 'max-length', maximumLength: 4.5 },
    { padToMultipleOf: 0 },
    { padToMultipleOf: 1.5 },
  ])('refuses %o for a row of 3', (options) => {
    expect(() => padEncodings([encodingOf([1, 2, 3])], 0, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  it('gives the rows back where attention is 1', () => {
    const rows = fc.array(fc.array(fc.nat(1000), { maxLength: 20 }), { maxLength: 8 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 16 }), (ids, padToMultipleOf) => {
        const batch = padEncodings(ids.map(encodingOf), 77, { padToMultipleOf });
        expect(batch.length % padToMultipleOf).toBe(0);
        for (const [row, expected] of ids.entries()) {
          const [start, end] = [row * batch.length, (row + 1) * batch.length];
          const mask = batch.attentionMask.subarray(start, end);
          const values = Array.from(batch.ids.subarray(start, end));
          expect(values.filter((_, at) => mask[at] === 1)).toEqual(expected);
          expect(values.filter((_, at) => mask[at] === 0).every((id) => id === 77)).toBe(true);
        }
      }),
    );
  });
});
