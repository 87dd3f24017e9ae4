import fc from 'fast-check';
import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { choleskyFactor, choleskySolve } from '../cholesky.ts';
import { multiplyTransposedA } from '../matrix-product.ts';
import { createRandomGenerator } from '../random/random-generator.ts';
import { createLbfgs, minimizeLbfgs, type DifferentiableObjective } from './lbfgs.ts';

/** 0.5 x^T A x - b^T x. */
function quadratic(matrix: Float64Array, b: Float64Array): DifferentiableObjective {
  const size = b.length;
  return (x, gradient) => {
    let value = 0;
    for (let row = 0; row < size; row += 1) {
      let sum = 0;
      for (let column = 0; column < size; column += 1) sum += (matrix[row * size + column] ?? 0) * (x[column] ?? 0);
      gradient[row] = sum - (b[row] ?? 0);
      value += (0.5 * sum - (b[row] ?? 0)) * (x[row] ?? 0);
    }
    return value;
  };
}

function randomProblem(seed: number, size: number): { matrix: Float64Array; b: Float64Array } {
  const random = createRandomGenerator(seed);
  const root = Float64Array.from({ length: 2 * size * size }, () => random.normal());
  const matrix = multiplyTransposedA(root, root, { rows: size, inner: 2 * size, columns: size });
  return { matrix, b: Float64Array.from({ length: size }, () => random.normal()) };
}

const rosenbrock: DifferentiableObjective = (x, gradient) => {
  const [a = 0, b = 0] = x;
  gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a);
  gradient[1] = 200 * (b - a * a);
  return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
};

describe('minimizeLbfgs', () => {
  it('finds the minimum of the Rosenbrock function', () => {
    const result = minimizeLbfgs(rosenbrock, Float64Array.of(-1.2, 1), { gradientTolerance: 1e-8 });
    expect(result.converged).toBe(true);
    expect(result.x[0]).toBeCloseTo(1, 6);
    expect(result.x[1]).toBeCloseTo(1, 6);
    expect(result.iterations).toBeLessThan(100);
  });

  it('solves positive definite quadratics like Cholesky', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, size) => {
        const { matrix, b } = randomProblem(seed, size);
        const exact = choleskySolve(matrix, b, size);
        const { x, converged } = minimizeLbfgs(quadratic(matrix, b), new Float64Array(size), {
          gradientTolerance: 1e-9,
        });
        expect(converged).toBe(true);
        const slack = 1e-6 * (1 + Math.max(...exact.map(Math.abs)));
        for (const [index, value] of exact.entries()) expect(Math.abs((x[index] ?? 0) - value)).toBeLessThan(slack);
      }),
    );
  });

  it('with the exact inverse as preconditioner takes one step on a quadratic', () => {
    const { matrix, b } = randomProblem(3, 20);
    const factor = choleskyFactor(matrix, 20);
    const precondition = (vector: Float64Array): void => {
      factor.solveInPlace(vector);
    };
    const result = minimizeLbfgs(quadratic(matrix, b), new Float64Array(20), { precondition, gradientTolerance: 1e-9 });
    expect(result.converged).toBe(true);
    expect(result.iterations).toBe(1);
  });

  it('reports falling values, stops at the maximum of iterations, and leaves the start alone', () => {
    const values: number[] = [];
    const initial = Float64Array.of(-1.2, 1);
    const result = minimizeLbfgs(rosenbrock, initial, {
      maximumIterations: 5,
      onIteration: ({ value }) => values.push(value),
    });
    expect(result).toMatchObject({ iterations: 5, converged: false });
    expect(values).toHaveLength(5);
    expect([...values].sort((a, b) => b - a)).toEqual(values);
    expect(result.value).toBe(values.at(-1));
    expect([...initial]).toEqual([-1.2, 1]);
  });

  it('backs away from points where the objective is not finite', () => {
    const objective: DifferentiableObjective = (x, gradient) => {
      const value = x[0] ?? 0;
      gradient[0] = 1 - 1 / value;
      return value <= 0 ? Number.NaN : value - Math.log(value);
    };
    const result = minimizeLbfgs(objective, Float64Array.of(0.01));
    expect(result.x[0]).toBeCloseTo(1, 4);
  });

  it('ends without converging when the gradient is wrong', () => {
    const objective: DifferentiableObjective = (x, gradient) => {
      gradient[0] = -1;
      return (x[0] ?? 0) ** 2;
    };
    expect(minimizeLbfgs(objective, Float64Array.of(0)).converged).toBe(false);
  });

  it('does nothing at an optimum', () => {
    const result = minimizeLbfgs(rosenbrock, Float64Array.of(1, 1));
    expect(result).toMatchObject({ iterations: 0, converged: true, value: 0 });
  });

  it('refuses a start that is not finite, and stops when aborted', () => {
    expect(() => minimizeLbfgs(() => Number.NaN, Float64Array.of(1))).toThrow(
      expect.toSatisfy((error) => hasErrorCode(error, 'NOT_FINITE')),
    );
    expect(() => minimizeLbfgs(rosenbrock, Float64Array.of(0, 0), { signal: AbortSignal.abort() })).toThrow(
      expect.toSatisfy((error) => hasErrorCode(error, 'ABORTED')),
    );
  });
});

describe('createLbfgs', () => {
  it('steps many problems together with the same results as one after the other', () => {
    const problems = [1, 2, 3].map((seed) => randomProblem(seed, 6));
    const steppers = problems.map(() => createLbfgs(new Float64Array(6)));
    let running = problems.map((_, index) => index);
    while (running.length > 0) {
      running = running.filter((index) => {
        const stepper = steppers[index];
        const problem = problems[index];
        if (stepper === undefined || problem === undefined) return false;
        const gradient = new Float64Array(6);
        return stepper.tell(quadratic(problem.matrix, problem.b)(stepper.point, gradient), gradient);
      });
    }
    for (const [index, { matrix, b }] of problems.entries()) {
      const alone = minimizeLbfgs(quadratic(matrix, b), new Float64Array(6));
      expect(steppers[index]?.result()).toEqual(alone);
    }
  });
});
