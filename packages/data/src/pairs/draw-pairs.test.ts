import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandomGenerator } from '@polyhead/numerics';
import type { MultiLabelTargets, SingleLabelTargets, Targets } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawPairs, type DrawnPair, type PairStrategy } from './draw-pairs.ts';
import { equalClasses, labelledTargets, seeds, shareLabel } from './targets.test-support.ts';
import { countRows } from '../select-rows.ts';

interface GoldenSide {
  readonly drawn: number;
  readonly distinct: number;
  readonly pairs: readonly (readonly [number, number])[];
  readonly times: readonly number[];
}

interface GoldenCase {
  readonly name: string;
  readonly labels: readonly (number | readonly number[])[];
  readonly options: {
    readonly sampling_strategy?: 'oversampling' | 'undersampling' | 'unique';
    readonly num_iterations?: number;
  };
  readonly possible_positive: number;
  readonly possible_negative: number;
  readonly length: number;
  readonly positive: GoldenSide;
  readonly negative: GoldenSide;
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/setfit-pairs.json'), 'utf8')) as {
  readonly cases: readonly GoldenCase[];
};

function toTargets(labels: GoldenCase['labels']): Targets {
  const [first] = labels;
  if (typeof first === 'number') {
    const classIndices = Int32Array.from(labels as readonly number[]);
    return { task: 'single-label', labels: ['a', 'b', 'c', 'd'], classIndices };
  }
  const rows = labels as readonly (readonly number[])[];
  return { task: 'multi-label', labels: (first ?? []).map(String), indicators: Uint8Array.from(rows.flat()) };
}

function classes(...classIndices: number[]): Targets {
  return { task: 'single-label', labels: ['0', '1', '2', '3', '4', '5'], classIndices: Int32Array.from(classIndices) };
}

function drawAll(targets: Targets, strategy: PairStrategy, { identity = false, seed = 1 } = {}): DrawnPair[] {
  const drawn = drawPairs(targets, { strategy, identity, random: createRandomGenerator(seed) });
  return Array.from({ length: drawn.length }, (_, index) => drawn.at(index));
}

const keyOf = ({ first, second }: DrawnPair): string => `${Math.min(first, second)} ${Math.max(first, second)}`;

function countPairs(pairs: readonly DrawnPair[], target: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const pair of pairs) {
    if (pair.target === target) counts.set(keyOf(pair), (counts.get(keyOf(pair)) ?? 0) + 1);
  }
  return counts;
}

function hasBothKinds(targets: SingleLabelTargets | MultiLabelTargets): boolean {
  const rows = [...Array(countRows(targets)).keys()];
  const kinds = rows.flatMap((first) => rows.slice(first + 1).map((second) => shareLabel(targets, first, second)));
  return new Set(kinds).size === 2;
}

describe('as the Python library draws', () => {
  it.each(golden.cases.map((test) => [`${test.name} ${JSON.stringify(test.options)}`, test] as const))(
    '%s',
    (_name, { labels, options, length, ...test }) => {
      const strategy = options.sampling_strategy ?? { iterations: options.num_iterations ?? 1 };
      const pairs = drawAll(toTargets(labels), strategy, { identity: true });
      expect(pairs).toHaveLength(length);
      for (const [side, target, possible] of [
        [test.positive, 1, test.possible_positive],
        [test.negative, 0, test.possible_negative],
      ] as const) {
        const counts = countPairs(pairs, target);
        const times = [...counts.values()];
        expect(times.reduce((sum, count) => sum + count, 0)).toBe(side.drawn);
        expect(counts.size).toBe(side.distinct);
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
        if (side.distinct < possible) continue;
        expect([...counts.keys()].sort()).toEqual(side.pairs.map((pair) => pair.join(' ')).sort());
      }
    },
  );
});

describe('drawPairs', () => {
  const anyClasses = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 40 }).filter((list) => {
    const sizes = list.map((label) => list.filter((other) => other === label).length);
    return new Set(list).size > 1 && Math.max(...sizes) > 1;
  });

  it('draws every pair of different texts exactly once where it is unique, with the right target', () => {
    fc.assert(
      fc.property(anyClasses, fc.integer({ min: 0, max: 1000 }), (labels, seed) => {
        const pairs = drawAll(classes(...labels), 'unique', { seed });
        expect(pairs).toHaveLength((labels.length * (labels.length - 1)) / 2);
        expect(new Set(pairs.map(keyOf)).size).toBe(pairs.length);
        for (const { first, second, target } of pairs) {
          expect(first).not.toBe(second);
          expect(target).toBe(labels[first] === labels[second] ? 1 : 0);
        }
      }),
    );
  });

  it('takes alike and unlike pairs in turns, and repeats none before all were drawn', () => {
    fc.assert(
      fc.property(anyClasses, (labels) => {
        const pairs = drawAll(classes(...labels), 'oversampling');
        pairs.forEach(({ target }, index) => expect(target).toBe(index % 2 === 0 ? 1 : 0));
        const all = drawAll(classes(...labels), 'unique');
        const alike = all.filter(({ target }) => target === 1).length;
        const firstRound = pairs.filter(({ target }) => target === 1).slice(0, alike);
        expect(new Set(firstRound.map(keyOf)).size).toBe(firstRound.length);
      }),
    );
  });

  it('gives the same for the same seed and another order for another', () => {
    const targets = classes(...Array.from({ length: 30 }, (_, row) => row % 3));
    expect(drawAll(targets, 'unique', { seed: 4 })).toEqual(drawAll(targets, 'unique', { seed: 4 }));
    expect(drawAll(targets, 'unique', { seed: 4 })).not.toEqual(drawAll(targets, 'unique', { seed: 5 }));
  });

  it('does so in multi-label data and with every strategy too', () => {
    const strategies: readonly PairStrategy[] = ['oversampling', 'undersampling', 'unique', { iterations: 3 }];
    fc.assert(
      fc.property(labelledTargets, fc.constantFrom(...strategies), seeds, (targets, strategy, seed) => {
        fc.pre(hasBothKinds(targets));
        const pairs = drawAll(targets, strategy, { seed });
        for (const { first, second, target } of pairs) {
          expect(first).not.toBe(second);
          expect(shareLabel(targets, first, second)).toBe(target === 1);
        }
        const kinds = [1, 0].map((target) => pairs.filter((pair) => pair.target === target));
        const turns = 2 * Math.min(...kinds.map(({ length }) => length));
        pairs.slice(0, turns).forEach(({ target }, index) => expect(target).toBe(index % 2 === 0 ? 1 : 0));
        for (const own of kinds) {
          const distinct = new Set(own.map(keyOf)).size;
          for (let start = 0; start < own.length; start += distinct) {
            const round = own.slice(start, start + distinct);
            expect(new Set(round.map(keyOf)).size).toBe(round.length);
          }
        }
      }),
    );
  });

  it('counts the pairs of 77 classes with eight texts each', () => {
    const options = { strategy: 'oversampling', random: createRandomGenerator(5) } as const;
    expect(drawPairs(equalClasses(77, 8), options).length).toBe(2 * ((77 * 76) / 2) * 64);
    const identical = drawPairs(equalClasses(77, 8), { ...options, strategy: 'unique', identity: true });
    expect(identical.length).toBe(((77 * 76) / 2) * 64 + 77 * 36);
  });

  it('numbers the pairs of a hundred thousand texts without listing them', () => {
    const classIndices = Int32Array.from({ length: 100_000 }, (_, row) => row % 77);
    const targets: Targets = { task: 'single-label', labels: Array.from({ length: 77 }, String), classIndices };
    const drawn = drawPairs(targets, { strategy: 'unique', random: createRandomGenerator(2) });
    expect(drawn.length).toBe((100_000 * 99_999) / 2);
    for (const index of [0, 1, 12_345_678, drawn.length - 1]) {
      const { first, second, target } = drawn.at(index);
      expect(first).not.toBe(second);
      expect(target).toBe(classIndices[first] === classIndices[second] ? 1 : 0);
    }
  });

  it.each([
    ['TOO_FEW_EXAMPLES', classes(0, 1, 2), 'unique'],
    ['TOO_FEW_EXAMPLES', classes(0, 0, 0), 'unique'],
    ['TOO_FEW_EXAMPLES', classes(), 'unique'],
    ['INVALID_ARGUMENT', classes(0, 0, 1), { iterations: 0 }],
    ['INVALID_ARGUMENT', classes(0, 0, 1), { iterations: 1.5 }],
    ['INVALID_ARGUMENT', classes(0, 0, 1), { iterations: Infinity }],
    ['TASK_UNSUPPORTED', { task: 'regression', labels: ['x'], values: Float64Array.of(1, 2) }, 'unique'],
  ] as const)('refuses with %s', (code, targets, strategy) => {
    expect(() => drawAll(targets, strategy)).toThrow(expect.objectContaining({ code }));
  });
});
