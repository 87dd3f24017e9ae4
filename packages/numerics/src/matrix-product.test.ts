import fc from 'fast-check';
import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { choleskyFactor, choleskySolve } from './cholesky.ts';
import { multiply, multiplyTransposedA, multiplyTransposedB, type FloatArray } from './matrix-product.ts';
import { createRandomGenerator } from './random/random-generator.ts';

const sizes = fc.record({
  rows: fc.integer({ min: 0, max: 11 }),
  inner: fc.integer({ min: 0, max: 11 }),
  columns: fc.integer({ min: 0, max: 11 }),
});

function randomMatrix(length: number, seed: number): Float64Array {
  const random = createRandomGenerator(seed);
  return Float64Array.from({ length }, () => Math.fround(random.normal()));
}

function transpose(values: FloatArray, rows: number, columns: number): Float64Array {
  return Float64Array.from(values, (_, index) => values[(index % rows) * columns + Math.floor(index / rows)] ?? 0);
}

function naive(
  a: FloatArray,
  b: FloatArray,
  { rows, inner, columns }: Record<'rows' | 'inner' | 'columns', number>,
): number[] {
  return Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    let sum = 0;
    for (let at = 0; at < inner; at += 1)
      sum += (a[row * inner + at] ?? 0) * (b[at * columns + (index % columns)] ?? 0);
    return sum;
  });
}

function expectClose(actual: FloatArray, wanted: readonly number[]): void {
  expect(actual.length).toBe(wanted.length);
  for (const [index, value] of wanted.entries()) expect(actual[index]).toBeCloseTo(value, 10);
}

describe('matrix products', () => {
  it.each([Float32Array, Float64Array])('all three agree with the definition (%o)', (ArrayType) => {
    fc.assert(
      fc.property(sizes, fc.integer(), (size, seed) => {
        const { rows, inner, columns } = size;
        const a = randomMatrix(rows * inner, seed);
        const b = randomMatrix(inner * columns, seed + 1);
        const wanted = naive(a, b, size);
        expectClose(multiply(ArrayType.from(a), ArrayType.from(b), size), wanted);
        const bTransposed = ArrayType.from(transpose(b, inner, columns));
        expectClose(multiplyTransposedB(ArrayType.from(a), bTransposed, size), wanted);
        const aTransposed = ArrayType.from(transpose(a, rows, inner));
        expectClose(multiplyTransposedA(aTransposed, ArrayType.from(b), size), wanted);
      }),
    );
  });

  it('rows beyond one block', () => {
    const size = { rows: 600, inner: 5, columns: 3 };
    const a = randomMatrix(3000, 1);
    const b = randomMatrix(15, 2);
    expectClose(multiply(a, b, size), naive(a, b, size));
    expectClose(multiplyTransposedA(transpose(a, 600, 5), b, size), naive(a, b, size));
    const tall = { rows: 3, inner: 600, columns: 5 };
    const left = randomMatrix(1800, 3);
    expectClose(multiplyTransposedA(transpose(left, 3, 600), a, tall), naive(left, a, tall));
  });

  it('refuses arrays of other sizes', () => {
    const action = (): unknown => multiply(new Float32Array(5), new Float32Array(6), { rows: 2, inner: 3, columns: 2 });
    expect(action).toThrow(expect.toSatisfy((error) => hasErrorCode(error, 'SHAPE_MISMATCH')));
  });
});

describe('Cholesky', () => {
  it('solves what it factored', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer(),
        (size, count, seed) => {
          const root = randomMatrix(size * size * 2, seed);
          const matrix = multiplyTransposedA(root, root, { rows: size, inner: 2 * size, columns: size });
          for (let index = 0; index < size; index += 1)
            matrix[index * size + index] = (matrix[index * size + index] ?? 0) + 1;
          const wanted = randomMatrix(count * size, seed + 1);
          const rightSides = multiply(wanted, matrix, { rows: count, inner: size, columns: size });
          const solutions = choleskySolve(matrix, rightSides, size);
          for (const [index, value] of wanted.entries()) expect(solutions[index]).toBeCloseTo(value, 7);
        },
      ),
    );
  });

  it('reads only the lower triangle and leaves the matrix alone', () => {
    const matrix = Float64Array.of(4, 99, 2, 5);
    expect([...choleskySolve(matrix, Float64Array.of(8, 9), 2)]).toEqual([1.375, 1.25]);
    expect([...matrix]).toEqual([4, 99, 2, 5]);
  });

  it('refuses what is not positive definite, and wrong sizes', () => {
    const expectCode = (action: () => unknown, code: 'DID_NOT_CONVERGE' | 'SHAPE_MISMATCH'): void => {
      expect(action).toThrow(expect.toSatisfy((error) => hasErrorCode(error, code)));
    };
    expectCode(() => choleskyFactor(Float64Array.of(1, 2, 2, 1), 2), 'DID_NOT_CONVERGE');
    expectCode(() => choleskyFactor(Float64Array.of(Number.NaN), 1), 'DID_NOT_CONVERGE');
    expectCode(() => choleskyFactor(new Float64Array(3), 2), 'SHAPE_MISMATCH');
    expectCode(() => choleskySolve(Float64Array.of(1, 0, 0, 1), new Float64Array(3), 2), 'SHAPE_MISMATCH');
  });
});
