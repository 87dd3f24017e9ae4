import { hasErrorCode } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createParameterKernels } from '../kernels/parameter-kernels.ts';
import { createRandomGenerator } from '../random/random-generator.ts';
import { createAdamWTable } from './adamw-table.ts';
import { createSgdTable } from './sgd-table.ts';
import type { TableOptimizer } from './table-optimizer.ts';

const rowCount = 7;
const dimension = 5;
const size = rowCount * dimension;
const kernels = createParameterKernels();
const betas = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** A table with its moments; `second` is not used by SGD. */
interface Table {
  readonly table: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly lastUpdates: Int32Array;
}

function createTable(seed = 1): Table {
  const random = createRandomGenerator(seed);
  const shared = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));
  const table = shared(size).map(() => random.normal());
  return { table, first: shared(size), second: shared(size), lastUpdates: new Int32Array(rowCount) };
}

interface Rule {
  readonly weightDecay: number;
  readonly momentum?: number;
}

function createAdamW(
  { table, first, second, lastUpdates }: Table,
  { weightDecay }: Rule,
  lazy = false,
): TableOptimizer {
  const moments = { firstMoments: first, secondMoments: second };
  return createAdamWTable({ table, dimension, lastUpdates, lazy, weightDecay, ...moments, ...betas });
}

function createSgd({ table, first, lastUpdates }: Table, rule: Rule, lazy = false): TableOptimizer {
  return createSgdTable({ table, dimension, lastUpdates, lazy, momentum: 0, velocities: first, ...rule });
}

/** One update of the whole table, gradients of 0 and all. */
type DenseUpdate = (table: Table, gradients: Float32Array, learningRate: number, updates: number) => void;

function denseAdamW({ weightDecay }: Rule): DenseUpdate {
  return ({ table, first, second }, gradients, learningRate, updates) => {
    kernels.adamW(
      { parameters: table, gradients, firstMoments: first, secondMoments: second },
      { learningRate, weightDecay, updates, gradientScale: 0.5, ...betas },
    );
  };
}

function denseSgd({ weightDecay, momentum = 0 }: Rule): DenseUpdate {
  return ({ table, first }, gradients, learningRate, updates) => {
    kernels.sgd(
      { parameters: table, gradients, velocities: first },
      { learningRate, weightDecay, momentum, gradientScale: 0.5, isFirst: updates === 1 },
    );
  };
}

interface Touch {
  readonly rows: readonly number[];
  readonly learningRate: number;
}

/** Makes the same updates sparsely and densely, and returns both tables, caught up. */
function runBoth(touches: readonly Touch[], optimizer: (table: Table) => TableOptimizer, dense: DenseUpdate): Table[] {
  const sparse = createTable();
  const whole = createTable();
  const table = optimizer(sparse);
  const random = createRandomGenerator(5);
  for (const [index, { rows, learningRate }] of touches.entries()) {
    const gradients = new Float32Array(size);
    const compact = new Float32Array(rows.length * dimension).map(() => random.normal());
    for (const [place, row] of rows.entries()) {
      gradients.set(compact.subarray(place * dimension, (place + 1) * dimension), row * dimension);
    }
    table.prepareRows(rows);
    table.updateRows(rows, compact, { learningRate, gradientScale: 0.5 });
    dense(whole, gradients, learningRate, index + 1);
  }
  table.catchUpAll();
  return [sparse, whole];
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? 0))), 0);
}

/** Every update rounds the parameter once, by at most half a unit in the last place: of 8, here. */
function roundings(updates: number): number {
  return updates * 2 ** -22;
}

const touchPatterns = fc.array(
  fc.record({
    rows: fc.uniqueArray(fc.nat(rowCount - 1), { maxLength: 3 }),
    learningRate: fc.double({ min: 0, max: 0.1, noNaN: true }),
  }),
  { maxLength: 60 },
);

describe('createAdamWTable', () => {
  it.each([{ weightDecay: 0 }, { weightDecay: 0.3 }])('equals the dense update with %j', (rule) => {
    fc.assert(
      fc.property(touchPatterns, (touches) => {
        const [sparse, whole] = runBoth(touches, (table) => createAdamW(table, rule), denseAdamW(rule));
        if (sparse === undefined || whole === undefined) return;
        expect(largestDifference(sparse.table, whole.table)).toBeLessThanOrEqual(roundings(touches.length));
        expect(largestDifference(sparse.first, whole.first)).toBeLessThanOrEqual(0);
        expect(largestDifference(sparse.second, whole.second)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('gives the bits of the dense update to rows that have moved and missed fewer than 198 updates', () => {
    const touches = Array.from({ length: 190 }, (_, index) => ({
      rows: index === 0 ? [0, 1, 2, 3, 4, 5, 6] : index === 100 ? [2] : [0],
      learningRate: 0.01 * (1 - index / 200),
    }));
    const rule = { weightDecay: 0.1 };
    const [sparse, whole] = runBoth(touches, (table) => createAdamW(table, rule), denseAdamW(rule));
    expect(sparse?.table).toEqual(whole?.table);
    expect(sparse?.first).toEqual(whole?.first);
    expect(sparse?.second).toEqual(whole?.second);
  });

  it('equals the dense update after thousands of missed updates', () => {
    const touches = Array.from({ length: 4000 }, (_, index) => ({
      rows: index < 3 ? [0, 1, 2, 3] : index === 2500 ? [1] : [6],
      learningRate: 1e-3 * (1 - index / 4000),
    }));
    const rule = { weightDecay: 0.5 };
    const [sparse, whole] = runBoth(touches, (table) => createAdamW(table, rule), denseAdamW(rule));
    if (sparse === undefined || whole === undefined) return;
    // The roundings of the dense updates are independent: they grow with the root of their number.
    expect(largestDifference(sparse.table, whole.table)).toBeLessThan(8 * 2 ** -24 * Math.sqrt(4000));
    expect(largestDifference(sparse.first, whole.first)).toBeLessThan(1e-9);
    expect(largestDifference(sparse.second, whole.second)).toBeLessThan(1e-6);
  });
});

describe('createSgdTable', () => {
  it.each([
    { weightDecay: 0 },
    { weightDecay: 0.3 },
    { weightDecay: 0, momentum: 0.9 },
    { weightDecay: 0.3, momentum: 0.9 },
  ])('equals the dense update with %j', (rule) => {
    fc.assert(
      fc.property(touchPatterns, (touches) => {
        const [sparse, whole] = runBoth(touches, (table) => createSgd(table, rule), denseSgd(rule));
        if (sparse === undefined || whole === undefined) return;
        expect(largestDifference(sparse.table, whole.table)).toBeLessThanOrEqual(4 * roundings(touches.length));
        expect(largestDifference(sparse.first, whole.first)).toBeLessThanOrEqual(4 * roundings(touches.length));
      }),
    );
  });
});

describe.each([
  ['AdamW', createAdamW],
  ['SGD', createSgd],
] as const)('a table that learns by %s', (_, create) => {
  const rule = { weightDecay: 0.1, momentum: 0.9 };
  const step = { learningRate: 0.1, gradientScale: 1 };
  const ones = new Float32Array(dimension).fill(1);

  it('leaves other rows alone when lazy', () => {
    const start = createTable();
    const table = createTable();
    const optimizer = create(table, rule, true);
    for (let update = 0; update < 5; update += 1) optimizer.updateRows([3], ones, step);
    optimizer.prepareRows([0, 3]);
    optimizer.catchUpAll();
    const row = (of: Table, number: number): number[] => [
      ...of.table.subarray(number * dimension, (number + 1) * dimension),
    ];
    for (const other of [0, 1, 2, 4, 5, 6]) expect(row(table, other)).toEqual(row(start, other));
    expect(row(table, 3)).not.toEqual(row(start, 3));
  });

  it('goes on from table, moments and update count as if it had not stopped', () => {
    const whole = createTable();
    const parts = createTable();
    const optimizer = create(whole, rule);
    let stopped = create(parts, rule);
    for (let update = 1; update <= 6; update += 1) {
      optimizer.updateRows([update % 3], ones, step);
      optimizer.catchUpAll();
      stopped.updateRows([update % 3], ones, step);
      stopped.catchUpAll();
      expect(new Set(parts.lastUpdates)).toEqual(new Set([update]));
      stopped =
        create === createAdamW
          ? createAdamWTable({
              ...{ table: parts.table, firstMoments: parts.first, secondMoments: parts.second, dimension },
              ...{ lastUpdates: parts.lastUpdates, updates: update, weightDecay: 0.1, ...betas },
            })
          : createSgdTable({
              ...{ table: parts.table, velocities: parts.first, dimension, ...rule },
              ...{ lastUpdates: parts.lastUpdates, updates: update },
            });
    }
    expect(stopped.updates).toBe(6);
    expect(parts.table).toEqual(whole.table);
    expect(parts.first).toEqual(whole.first);
  });

  it('is shared by optimizers that each update their own rows', () => {
    const alone = createTable();
    const shared = createTable();
    const one = create(alone, rule);
    const two = [create(shared, rule), create(shared, rule)];
    for (let update = 0; update < 9; update += 1) {
      const rows = [update % rowCount, (3 * update + 1) % rowCount].filter((row, at, all) => all.indexOf(row) === at);
      const gradients = new Float32Array(rows.length * dimension).fill(update - 4);
      one.updateRows(rows, gradients, step);
      for (const [part, optimizer] of two.entries()) {
        const own = rows.filter((row) => row % 2 === part);
        optimizer.updateRows(own, gradients.subarray(0, own.length * dimension), step);
      }
    }
    one.catchUpAll();
    two[0]?.catchUp(0, 3);
    two[1]?.catchUp(3, rowCount);
    expect(shared.table).toEqual(alone.table);
  });

  it('refuses what does not fit', () => {
    const optimizer = create(createTable(), rule);
    const expectCode = (work: () => void, code: 'INVALID_ARGUMENT' | 'SHAPE_MISMATCH'): void => {
      expect(work).toThrow(expect.toSatisfy((error) => hasErrorCode(error, code)));
    };
    expectCode(() => optimizer.prepareRows([rowCount]), 'INVALID_ARGUMENT');
    expectCode(() => optimizer.updateRows([-1], ones, step), 'INVALID_ARGUMENT');
    expectCode(() => optimizer.updateRows([1, 2], ones, step), 'SHAPE_MISMATCH');
    expectCode(() => optimizer.updateRows([1, 1], new Float32Array(2 * dimension), step), 'INVALID_ARGUMENT');
    expectCode(() => create({ ...createTable(), lastUpdates: new Int32Array(3) }, rule), 'SHAPE_MISMATCH');
    expectCode(
      () => create({ ...createTable(), lastUpdates: new Int32Array(rowCount).fill(-1) }, rule).prepareRows([0]),
      'INVALID_ARGUMENT',
    );
  });
});

describe('an optimizer that takes over', () => {
  it('goes on to the bit from table, moments, last updates and past learning rates', () => {
    fc.assert(
      fc.property(touchPatterns, fc.nat(60), (touches, cut) => {
        const rule = { weightDecay: 0.3 };
        const run = (table: Table, from: number, end: number): void => {
          const optimizer = createAdamWTable({
            ...{ table: table.table, dimension, lastUpdates: table.lastUpdates, firstMoments: table.first },
            ...{ secondMoments: table.second, pastLearningRates: touches.slice(0, from).map((t) => t.learningRate) },
            ...betas,
            ...rule,
          });
          touches.slice(from, end).forEach(({ rows, learningRate }, index) => {
            const random = createRandomGenerator(from + index);
            const gradients = new Float32Array(rows.length * dimension).map(() => random.normal());
            optimizer.updateRows(rows, gradients, { learningRate, gradientScale: 1 });
          });
          if (end === touches.length) optimizer.catchUpAll();
        };
        const [whole, halves] = [createTable(), createTable()];
        const middle = Math.min(cut, touches.length);
        run(whole, 0, touches.length);
        if (middle < touches.length) run(halves, 0, middle);
        run(halves, middle === touches.length ? 0 : middle, touches.length);
        expect(halves).toEqual(whole);
      }),
    );
  });
});
