import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { debertaBucket } from './deberta-v2.ts';
import { mpnetBucket } from './mpnet.ts';

describe('debertaBucket', () => {
  const options = { bucketCount: 256, furthest: 512 };

  it('keeps short distances, shares buckets among long ones and ends at the edge of the table', () => {
    expect([0, 1, -5, 128].map((distance) => debertaBucket(distance, options))).toEqual([0, 1, -5, 128]);
    expect(debertaBucket(511, options)).toBe(255);
    expect(debertaBucket(-511, options)).toBe(-255);
  });

  it('is odd and never decreases', () => {
    fc.assert(
      fc.property(fc.integer({ min: -600, max: 600 }), (distance) => {
        const bucket = debertaBucket(distance, options);
        expect(debertaBucket(-distance, options) + bucket).toBe(0);
        expect(debertaBucket(distance + 1, options)).toBeGreaterThanOrEqual(bucket);
      }),
    );
  });
});

describe('mpnetBucket', () => {
  it('has a bucket for each of the shortest distances and one half for each direction', () => {
    expect([0, 1, 7, -1, -7].map((distance) => mpnetBucket(distance, 32))).toEqual([0, 1, 7, 17, 23]);
    expect([8, 15, 16, 64, 127, 128, 5000].map((distance) => mpnetBucket(distance, 32))).toEqual([
      8, 9, 10, 14, 15, 15, 15,
    ]);
    expect(mpnetBucket(-5000, 32)).toBe(31);
  });
});
