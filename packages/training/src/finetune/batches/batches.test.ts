import { createRandomGenerator } from '@polyhead/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochBatches } from './epoch-batches.ts';
import { cutIntoBatches } from './length-sorted-batches.ts';
import { rowsOfSources, sampleEpoch, type SamplingStrategy } from './source-sampling.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const strategies: fc.Arbitrary<SamplingStrategy> = fc.oneof(
  fc.constant<SamplingStrategy>('proportional'),
  fc.constant<SamplingStrategy>('balanced'),
  fc.double({ min: 1, max: 20, noNaN: true }).map((temperature) => ({ temperature })),
);
const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 });

/** Row numbers of sources of these sizes, one after the other. */
function toSources(counts: readonly number[]): Int32Array[] {
  let next = 0;
  return counts.map((count) => Int32Array.from({ length: count }, () => next++));
}

describe('rowsOfSources', () => {
  it('gives as many rows as there are, each source within 1 of its share', () => {
    fc.assert(
      fc.property(sizes, strategies, (counts, strategy) => {
        const rows = rowsOfSources(counts, strategy);
        expect(sum(rows)).toBe(sum(counts));
        const exponent = strategy === 'proportional' ? 1 : strategy === 'balanced' ? 0 : 1 / strategy.temperature;
        const weights = counts.map((count) => count ** exponent);
        rows.forEach((count, source) => {
          const share = (sum(counts) * (weights[source] ?? 0)) / sum(weights);
          expect(Math.abs(count - share)).toBeLessThanOrEqual(1 + 1e-9);
        });
      }),
    );
  });

  it('is proportional at a temperature of 1 and nears balance as it grows', () => {
    expect(rowsOfSources([900, 90, 10], { temperature: 1 })).toEqual([900, 90, 10]);
    expect(rowsOfSources([900, 90, 10], 'balanced')).toEqual([334, 333, 333]);
    expect(rowsOfSources([900, 90, 10], { temperature: 1e9 })).toEqual([334, 333, 333]);
    const [large = 0, , small = 0] = rowsOfSources([900, 90, 10], { temperature: 2 });
    expect(large).toBeLessThan(900);
    expect(small).toBeGreaterThan(10);
  });

  it('refuses a temperature below 1', () => {
    expect(() => rowsOfSources([1, 2], { temperature: 0.5 })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});

describe('sampleEpoch', () => {
  it('gives every row of a source equally often, but for one', () => {
    fc.assert(
      fc.property(sizes, strategies, fc.nat(), (counts, strategy, seed) => {
        const sources = toSources(counts);
        const drawn = sampleEpoch(sources, strategy, createRandomGenerator(seed));
        const times = new Int32Array(sum(counts));
        for (const row of drawn) times[row] = (times[row] ?? 0) + 1;
        for (const rows of sources) {
          const each = Array.from(rows, (row) => times[row] ?? 0);
          expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('epochBatches', () => {
  const lengths = Int32Array.from({ length: 1000 }, (_, row) => 3 + ((row * 7919) % 60));
  const sources = toSources([1000]);
  const options = {
    lengths,
    sources,
    sampling: 'proportional',
    size: { rows: 16 },
    random: createRandomGenerator(3),
  } as const;

  it('hold every row once, differ from epoch to epoch and depend on seed and epoch only', () => {
    const first = epochBatches(1, options);
    expect(first).toHaveLength(63);
    expect(first.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual([...(sources[0] ?? [])]);
    expect(epochBatches(2, options)).not.toEqual(first);
    expect(epochBatches(1, { ...options, random: createRandomGenerator(3) })).toEqual(first);
    expect(epochBatches(1, { ...options, random: createRandomGenerator(4) })).not.toEqual(first);
  });

  it('are of similar length: far less padding than random batches have', () => {
    const padded = (batches: readonly Int32Array[]): number =>
      sum(batches.map((batch) => batch.length * Math.max(...Array.from(batch, (row) => lengths[row] ?? 0))));
    const tokens = sum([...lengths]);
    expect(padded(epochBatches(1, options)) / tokens).toBeLessThan(1.1);
    const order = createRandomGenerator(1).shuffle(Int32Array.from(lengths.keys()));
    const random = Array.from({ length: 63 }, (_, batch) => order.slice(batch * 16, batch * 16 + 16));
    expect(padded(random) / tokens).toBeGreaterThan(1.5);
  });
});

describe('cutIntoBatches', () => {
  it('keeps batches within their tokens, but for a single long row, and loses none', () => {
    const rows = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 400 }), (lengths, tokens) => {
        const batches = cutIntoBatches(Int32Array.from(lengths.keys()), { lengths, size: { tokens } });
        for (const batch of batches) {
          const longest = Math.max(...Array.from(batch, (row) => lengths[row] ?? 0));
          if (batch.length > 1) expect(batch.length * longest).toBeLessThanOrEqual(tokens);
        }
        expect(batches.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual([...lengths.keys()]);
      }),
    );
  });
});
