import { addScaled, dot, scaleInPlace } from '../kernels/vector.ts';

/** Applies an approximate inverse Hessian to a vector, in place. It must be linear, symmetric and positive definite. */
export type Preconditioner = (vector: Float64Array) => void;

/** A gradient, and what the preconditioner makes of it; the same array if there is none. */
export interface ScaledGradient {
  readonly gradient: Float64Array;
  readonly scaled: Float64Array;
}

interface CurvaturePair extends ScaledGradient {
  readonly step: Float64Array;
  /** step . change of the gradient, positive. */
  readonly product: number;
}

function subtract(left: Float64Array, right: Float64Array): Float64Array {
  const difference = left.slice();
  addScaled(difference, -1, right);
  return difference;
}

/**
 * The last steps and gradient changes of L-BFGS, and the inverse Hessian that they stand for. A preconditioner is linear,
 * so everything that it is needed for follows from the preconditioned gradients: it is applied once a step.
 */
export class CurvatureHistory {
  private readonly memory: number;
  private pairs: CurvaturePair[] = [];
  private scale = 1;

  constructor(memory: number) {
    this.memory = memory;
  }

  get isEmpty(): boolean {
    return this.pairs.length === 0;
  }

  clear(): void {
    this.pairs = [];
    this.scale = 1;
  }

  /** Remembers a step and the gradients on both sides of it, unless the curvature along it is not usable. */
  add(step: Float64Array, before: ScaledGradient, after: ScaledGradient): void {
    const gradient = subtract(after.gradient, before.gradient);
    const product = dot(step, gradient);
    const size = Math.sqrt(dot(step, step) * dot(gradient, gradient));
    if (!(product > 1e-12 * size)) return;
    const scaled = after.scaled === after.gradient ? gradient : subtract(after.scaled, before.scaled);
    this.pairs.push({ step, gradient, scaled, product });
    if (this.pairs.length > this.memory) this.pairs.shift();
    this.scale = product / dot(gradient, scaled);
  }

  /**
   * The two-loop recursion (Nocedal and Wright, "Numerical Optimization", algorithm 7.4): `-H gradient`. The first loop
   * also carries the preconditioned vector along.
   */
  direction({ gradient, scaled }: ScaledGradient): Float64Array {
    const rest = gradient.slice();
    const result = scaled.slice();
    const factors = this.pairs.map(() => 0);
    for (const [index, pair] of [...this.pairs.entries()].reverse()) {
      const factor = dot(pair.step, rest) / pair.product;
      factors[index] = factor;
      addScaled(rest, -factor, pair.gradient);
      addScaled(result, -factor, pair.scaled);
    }
    scaleInPlace(result, this.scale);
    for (const [index, pair] of this.pairs.entries()) {
      const correction = (factors[index] ?? 0) - dot(pair.gradient, result) / pair.product;
      addScaled(result, correction, pair.step);
    }
    scaleInPlace(result, -1);
    return result;
  }
}
