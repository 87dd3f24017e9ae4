import { assertNotAborted, PolyheadError } from '@polyhead/types';
import { addScaled, allFinite, dot, maximumAbsolute } from '../kernels/vector.ts';
import { CurvatureHistory, type Preconditioner, type ScaledGradient } from './curvature-history.ts';

/** What a finished L-BFGS run found. */
export interface LbfgsResult {
  /** `[parameters]`: the point with the lowest value. */
  readonly x: Float64Array;
  /** The objective there. */
  readonly value: number;
  readonly iterations: number;
  /** False if the iterations ran out, or the objective could not be lowered further, above the tolerance. */
  readonly converged: boolean;
  /** Largest absolute component of the gradient at `x`, preconditioned if there is a preconditioner. */
  readonly gradientNorm: number;
}

/** How far an L-BFGS run has come. */
export interface LbfgsIteration {
  /** Counted from 1. */
  readonly iteration: number;
  readonly value: number;
  readonly gradientNorm: number;
}

/** Settings of L-BFGS. */
export interface LbfgsOptions {
  /** @default 1000 */
  readonly maximumIterations?: number;
  /**
   * Stops once no component of the gradient is larger. With a preconditioner it is compared with the preconditioned
   * gradient, which is an estimate of how far each parameter still is from its optimum.
   * @default 1e-5
   */
  readonly gradientTolerance?: number;
  /** Number of steps that the curvature estimate remembers. @default 10 */
  readonly memory?: number;
  /** An approximate inverse Hessian, applied in place. @default the identity */
  readonly precondition?: Preconditioner | undefined;
}

/**
 * L-BFGS that is driven from outside: evaluate the objective at `point`, `tell` the result, until `tell` returns false.
 * Many of them can be stepped together, so that one pass over the data serves all.
 */
export interface LbfgsStepper {
  /** `[parameters]`: where the objective is wanted next. Valid until the next `tell`. */
  readonly point: Float64Array;
  /**
   * Takes the objective and its gradient `[parameters]` (copied) at `point`; returns false when the run is over.
   * @throws {PolyheadError} NOT_FINITE if the first value or gradient is not finite
   */
  tell(value: number, gradient: Float64Array): boolean;
  /** The best point so far. */
  result(): LbfgsResult;
}

/** Part of the predicted decrease that a step must reach. */
const sufficientDecrease = 1e-4;
/** Rounding of the objective, relative: below it the slope decides instead of the value. */
const valueRounding = 1e-10;
const maximumTrials = 30;

class Lbfgs implements LbfgsStepper {
  readonly point: Float64Array;
  private readonly maximumIterations: number;
  private readonly gradientTolerance: number;
  private readonly precondition: Preconditioner | undefined;
  private readonly history: CurvatureHistory;
  private x: Float64Array;
  private value = Number.NaN;
  private current: ScaledGradient | undefined;
  private direction: Float64Array;
  private slope = 0;
  private stepSize = 1;
  private trials = 0;
  private iterations = 0;
  private gradientNorm = Infinity;

  constructor(initial: Float64Array, options: LbfgsOptions) {
    this.point = initial.slice();
    this.x = initial.slice();
    this.direction = new Float64Array(initial.length);
    this.maximumIterations = options.maximumIterations ?? 1000;
    this.gradientTolerance = options.gradientTolerance ?? 1e-5;
    this.precondition = options.precondition;
    this.history = new CurvatureHistory(options.memory ?? 10);
  }

  tell(value: number, gradient: Float64Array): boolean {
    if (this.current === undefined) {
      assertFiniteStart(value, gradient);
      this.moveTo(value, this.toScaled(gradient));
      return this.startIteration();
    }
    if (!this.isAcceptable(value, gradient)) return this.shortenStep(value);
    const next = this.toScaled(gradient);
    const step = this.point.slice();
    addScaled(step, -1, this.x);
    this.history.add(step, this.current, next);
    this.iterations += 1;
    this.moveTo(value, next);
    return this.startIteration();
  }

  result(): LbfgsResult {
    return {
      x: this.x.slice(),
      value: this.value,
      iterations: this.iterations,
      converged: this.gradientNorm <= this.gradientTolerance,
      gradientNorm: this.gradientNorm,
    };
  }

  private toScaled(told: Float64Array): ScaledGradient {
    const gradient = told.slice();
    if (this.precondition === undefined) return { gradient, scaled: gradient };
    const scaled = gradient.slice();
    this.precondition(scaled);
    return { gradient, scaled };
  }

  private moveTo(value: number, current: ScaledGradient): void {
    this.x = this.point.slice();
    this.value = value;
    this.current = current;
    this.gradientNorm = maximumAbsolute(current.scaled);
  }

  private startIteration(): boolean {
    if (this.current === undefined) return true;
    if (this.gradientNorm <= this.gradientTolerance || this.iterations >= this.maximumIterations) return false;
    this.direction = this.history.direction(this.current);
    this.slope = dot(this.direction, this.current.gradient);
    if (!(this.slope < 0)) {
      if (this.history.isEmpty) return false;
      this.history.clear();
      return this.startIteration();
    }
    const unscaled = this.history.isEmpty && this.precondition === undefined;
    this.stepSize = unscaled ? Math.min(1, 1 / Math.sqrt(-this.slope)) : 1;
    this.trials = 0;
    this.setPoint();
    return true;
  }

  private setPoint(): void {
    this.point.set(this.x);
    addScaled(this.point, this.stepSize, this.direction);
  }

  /**
   * Armijo's condition, or where the values are equal up to rounding the approximate Wolfe condition on the slope
   * (Hager and Zhang, "A new conjugate gradient method with guaranteed descent", 2005).
   */
  private isAcceptable(value: number, gradient: Float64Array): boolean {
    if (!Number.isFinite(value) || !allFinite(gradient)) return false;
    if (value <= this.value + sufficientDecrease * this.stepSize * this.slope) return true;
    const slope = dot(this.direction, gradient);
    const flat = value <= this.value + valueRounding * Math.abs(this.value);
    return flat && Math.abs(slope) <= (1 - 2 * sufficientDecrease) * Math.abs(this.slope);
  }

  /** The minimum of the parabola through the known value, slope and trial value, kept within a tenth and a half. */
  private shortenStep(value: number): boolean {
    this.trials += 1;
    if (this.trials > maximumTrials) {
      if (this.history.isEmpty) return false;
      this.history.clear();
      return this.startIteration();
    }
    const excess = value - this.value - this.stepSize * this.slope;
    const minimum = (-this.slope * this.stepSize) / (2 * excess);
    const factor = Number.isFinite(minimum) ? Math.min(0.5, Math.max(0.1, minimum)) : 0.1;
    this.stepSize *= factor;
    this.setPoint();
    return true;
  }
}

function assertFiniteStart(value: number, gradient: Float64Array): void {
  if (Number.isFinite(value) && allFinite(gradient)) return;
  throw new PolyheadError('NOT_FINITE', {
    message: `The objective or its gradient is not finite at the starting point (value ${value}).`,
    remedy: 'Check the data for NaN, infinite or very large numbers.',
  });
}

/**
 * Prepares a run of L-BFGS (limited-memory BFGS; Nocedal and Wright, "Numerical Optimization", chapter 7) with a
 * backtracking line search that tries the full step first.
 * @param initial `[parameters]`, copied
 */
export function createLbfgs(initial: Float64Array, options: LbfgsOptions = {}): LbfgsStepper {
  return new Lbfgs(initial, options);
}

/** The objective: returns its value at `x` and writes its gradient. */
export type DifferentiableObjective = (x: Float64Array, gradient: Float64Array) => number;

/** Settings of {@link minimizeLbfgs}. */
export interface MinimizeLbfgsOptions extends LbfgsOptions {
  /** Called after every iteration. */
  readonly onIteration?: ((state: LbfgsIteration) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Minimizes a smooth function by {@link createLbfgs}.
 * @param objective returns the value and overwrites `gradient`; both arrays are `[parameters]`
 * @param initial `[parameters]`, copied
 * @throws {PolyheadError} NOT_FINITE at the starting point, ABORTED
 */
export function minimizeLbfgs(
  objective: DifferentiableObjective,
  initial: Float64Array,
  options: MinimizeLbfgsOptions = {},
): LbfgsResult {
  const stepper = createLbfgs(initial, options);
  const gradient = new Float64Array(initial.length);
  let iterations = 0;
  let goOn = true;
  while (goOn) {
    assertNotAborted(options.signal);
    goOn = stepper.tell(objective(stepper.point, gradient), gradient);
    const { iterations: done, value, gradientNorm } = stepper.result();
    if (done > iterations) options.onIteration?.({ iteration: done, value, gradientNorm });
    iterations = done;
  }
  return stepper.result();
}
