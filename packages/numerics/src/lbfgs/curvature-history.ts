import { addScaled, dot, scaleInPlace } from '../kernels/vector.ts';

interface CurvaturePair {
  readonly step: Float64Array;
  readonly gradientChange: Float64Array;
  /** step . gradientChange, positive. */
  readonly product: number;
}

/** Applies an approximate inverse Hessian to a vector, in place. It must be linear, symmetric and positive definite. */
export type Preconditioner = (vector: Float64Array) => void;

/** The last steps and gradient changes of L-BFGS, and the inverse Hessian that they stand for. */
export class CurvatureHistory {
  private readonly memory: number;
  private readonly precondition: Preconditioner | undefined;
  private pairs: CurvaturePair[] = [];
  private scale = 1;

  constructor(memory: number, precondition: Preconditioner | undefined) {
    this.memory = memory;
    this.precondition = precondition;
  }

  get isEmpty(): boolean {
    return this.pairs.length === 0;
  }

  clear(): void {
    this.pairs = [];
    this.scale = 1;
  }

  /** Remembers a step, unless the curvature along it is not usable. */
  add(step: Float64Array, gradientChange: Float64Array): void {
    const product = dot(step, gradientChange);
    const size = Math.sqrt(dot(step, step) * dot(gradientChange, gradientChange));
    if (!(product > 1e-12 * size)) return;
    this.pairs.push({ step, gradientChange, product });
    if (this.pairs.length > this.memory) this.pairs.shift();
    const changed = gradientChange.slice();
    this.precondition?.(changed);
    this.scale = product / dot(gradientChange, changed);
  }

  /** The two-loop recursion (Nocedal and Wright, "Numerical Optimization", algorithm 7.4): `-H gradient`. */
  direction(gradient: Float64Array): Float64Array {
    const result = gradient.slice();
    const factors = this.pairs.map(() => 0);
    for (const [index, pair] of [...this.pairs.entries()].reverse()) {
      const factor = dot(pair.step, result) / pair.product;
      factors[index] = factor;
      addScaled(result, -factor, pair.gradientChange);
    }
    this.precondition?.(result);
    scaleInPlace(result, this.scale);
    for (const [index, pair] of this.pairs.entries()) {
      const correction = (factors[index] ?? 0) - dot(pair.gradientChange, result) / pair.product;
      addScaled(result, correction, pair.step);
    }
    scaleInPlace(result, -1);
    return result;
  }
}
