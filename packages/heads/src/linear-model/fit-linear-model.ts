import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLbfgs, type LbfgsStepper, type Preconditioner } from '@polyhead/numerics';
import { assertNotAborted, type HistoryEntry, type LongOperationOptions, type Matrix } from '@polyhead/types';
import { createPreconditionerFactory } from './curvature-preconditioner.ts';
import { passOverRows, type RowLoss } from './kernels/row-pass.ts';

/** A linear model with an L2 penalty: `sum of losses + 0.5 * sum(weights^2)`. */
export interface LinearProblem {
  /** `[rows, dimension]` */
  readonly embeddings: Matrix;
  readonly outputs: number;
  /** True if the loss of an output depends on the others' scores (softmax): then they are fitted as one. */
  readonly coupled: boolean;
  readonly loss: RowLoss;
  /** `[outputs]`: a guess at the sum over the examples of the loss's second derivative. */
  readonly curvatures: readonly number[];
  /** `[outputs]`: where the intercepts start. */
  readonly initialBias: readonly number[];
  readonly fitIntercept: boolean;
  readonly penalizeIntercept: boolean;
  /** Sum of the examples' weights, which turns objectives into mean losses for the history. */
  readonly totalWeight: number;
}

/** When a fit ends. */
export interface LinearFitOptions extends LongOperationOptions {
  readonly maximumIterations: number;
  /** Estimated distance of every coefficient from its optimum at which the fit ends. */
  readonly tolerance: number;
}

/** A fitted linear model. */
export interface LinearFit {
  /** `[outputs, dimension]` */
  readonly weights: Float64Array;
  /** `[outputs]` */
  readonly bias: Float64Array;
  /** Of the output that took longest. */
  readonly iterations: number;
  readonly converged: boolean;
  /** Sum of the objectives. */
  readonly objective: number;
  readonly history: readonly HistoryEntry[];
}

/** One optimizer with the outputs that it fits: all of them if they are coupled, else one. */
interface Fitting {
  readonly stepper: LbfgsStepper;
  readonly outputs: readonly number[];
}

/**
 * Fits all outputs by L-BFGS in lockstep: each keeps its own state and stops by itself, while one pass over
 * the embeddings serves all that are still running.
 * @throws {PolyheadError} ABORTED, NOT_FINITE
 */
export async function fitLinearModel(problem: LinearProblem, options: LinearFitOptions): Promise<LinearFit> {
  const fittings = createFittings(problem, options);
  const history: HistoryEntry[] = [];
  let running = fittings;
  while (running.length > 0) {
    assertNotAborted(options.signal);
    running = stepAll(problem, running);
    record(problem, fittings, { history, options });
    await nextTurn();
  }
  return toFit(problem, fittings, history);
}

function createFittings(problem: LinearProblem, { maximumIterations, tolerance }: LinearFitOptions): Fitting[] {
  const size = problem.embeddings.columns + 1;
  const preconditioners = createPreconditioners(problem);
  const all = Array.from({ length: problem.outputs }, (_, output) => output);
  const groups = problem.coupled ? [all] : all.map((output) => [output]);
  return groups.map((outputs) => {
    const parts = outputs.map((output) => preconditioners?.[output]);
    const precondition: Preconditioner = (vector) => {
      for (const [index, part] of parts.entries()) part?.(vector.subarray(index * size, (index + 1) * size));
    };
    const initial = new Float64Array(outputs.length * size);
    for (const [index, output] of outputs.entries()) {
      initial[(index + 1) * size - 1] = problem.fitIntercept ? (problem.initialBias[output] ?? 0) : 0;
    }
    // What an output of its own remembers costs little beside a pass over the rows, and saves a sixth of the passes.
    const stepper = createLbfgs(initial, {
      maximumIterations,
      gradientTolerance: tolerance,
      memory: problem.coupled ? 10 : 40,
      precondition: preconditioners === undefined ? undefined : precondition,
    });
    return { stepper, outputs };
  });
}

/** With fewer examples than columns iterations are cheaper than a matrix of second moments. */
function createPreconditioners(problem: LinearProblem): Preconditioner[] | undefined {
  const { embeddings, curvatures } = problem;
  if (embeddings.rows < embeddings.columns) return undefined;
  const create = createPreconditionerFactory(problem);
  return curvatures.map((curvature) => create(Math.max(curvature, Number.MIN_VALUE)));
}

/** Evaluates every running optimizer's point in one pass and returns those that want to go on. */
function stepAll(problem: LinearProblem, running: readonly Fitting[]): Fitting[] {
  const { embeddings, fitIntercept, penalizeIntercept } = problem;
  const dimension = embeddings.columns;
  const outputs = running.flatMap((fitting) => fitting.outputs);
  const points = running.flatMap(({ stepper, outputs: own }) =>
    own.map((_, index) => stepper.point.subarray(index * (dimension + 1), (index + 1) * (dimension + 1))),
  );
  const weights = new Float64Array(outputs.length * dimension);
  for (const [index, point] of points.entries()) weights.set(point.subarray(0, dimension), index * dimension);
  const bias = Float64Array.from(points, (point) => point[dimension] ?? 0);
  const sums = passOverRows(embeddings, weights, bias, outputs, problem.loss);

  let column = 0;
  return running.filter(({ stepper, outputs: own }) => {
    const gradient = stepper.point.slice();
    let value = 0;
    for (const index of own.keys()) {
      const start = index * (dimension + 1);
      const penalized = gradient.subarray(start, start + dimension + (penalizeIntercept ? 1 : 0));
      if (!penalizeIntercept) gradient[start + dimension] = 0;
      value += (sums.values[column] ?? 0) + 0.5 * penalized.reduce((sum, x) => sum + x * x, 0);
      for (let at = 0; at < dimension; at += 1) {
        gradient[start + at] = (gradient[start + at] ?? 0) + (sums.weightGradients[column * dimension + at] ?? 0);
      }
      const biasGradient = (gradient[start + dimension] ?? 0) + (sums.biasGradients[column] ?? 0);
      gradient[start + dimension] = fitIntercept ? biasGradient : 0;
      column += 1;
    }
    return stepper.tell(value, gradient);
  });
}

function record(
  problem: LinearProblem,
  fittings: readonly Fitting[],
  { history, options }: { history: HistoryEntry[]; options: LinearFitOptions },
): void {
  const results = fittings.map(({ stepper }) => stepper.result());
  const iteration = Math.max(...results.map((result) => result.iterations));
  const sum = results.reduce((total, result) => total + result.value, 0);
  const figures = { loss: sum / problem.totalWeight / fittings.length };
  if (iteration > history.length) history.push({ epoch: iteration, figures });
  options.onProgress?.({ phase: 'fitting', done: iteration, total: undefined, unit: 'iterations', figures });
}

function toFit(problem: LinearProblem, fittings: readonly Fitting[], history: readonly HistoryEntry[]): LinearFit {
  const dimension = problem.embeddings.columns;
  const weights = new Float64Array(problem.outputs * dimension);
  const bias = new Float64Array(problem.outputs);
  const results = fittings.map(({ stepper, outputs }) => ({ result: stepper.result(), outputs }));
  for (const { result, outputs } of results) {
    for (const [index, output] of outputs.entries()) {
      const start = index * (dimension + 1);
      weights.set(result.x.subarray(start, start + dimension), output * dimension);
      bias[output] = result.x[start + dimension] ?? 0;
    }
  }
  return {
    weights,
    bias,
    iterations: Math.max(...results.map(({ result }) => result.iterations)),
    converged: results.every(({ result }) => result.converged),
    objective: results.reduce((sum, { result }) => sum + result.value, 0),
    history,
  };
}
