import type { OnnxNode } from '@polyhead/onnx';
import { PolyheadError } from '@polyhead/types';

import type { GradientBuilder } from './gradient-builder.ts';
import type { InputGradient, ProductGradient, ScaledGradient } from './gradient-rule.ts';
import { broadcastShapes, describeShapes, sameShapes, type ValueShapes } from './value-shape.ts';

/** A product that waits, with the factor of the gradient that it was made from. */
interface WaitingProduct {
  readonly product: ProductGradient;
  readonly factor: number;
}

interface Parts {
  readonly plain: ScaledGradient[];
  readonly products: WaitingProduct[];
}

/** Where a gradient comes from. */
export interface GradientSource {
  /** The node whose rule gave it; undefined for the gradient of an output. */
  readonly node?: OnnxNode;
  /** What the rule's result is to be multiplied by. @default 1 */
  readonly factor?: number;
}

/** The gradients that each value has got so far. A value that is used several times gets the sum. */
export class GradientSums {
  readonly #builder: GradientBuilder;
  readonly #parts = new Map<string, Parts>();

  constructor(builder: GradientBuilder) {
    this.#builder = builder;
  }

  /**
   * Adds a gradient of a value, summed over the axes along which the value was repeated.
   * @throws {PolyheadError} INTERNAL if its shape cannot be that of a gradient of the value
   */
  add(value: string, gradient: Exclude<InputGradient, undefined>, { node, factor = 1 }: GradientSource = {}): void {
    const shapes = this.#builder.shapes(value);
    const parts = this.#parts.get(value) ?? { plain: [], products: [] };
    this.#parts.set(value, parts);
    if (typeof gradient !== 'string' && 'write' in gradient) {
      if (sameShapes(gradient.shapes, shapes)) {
        parts.products.push({ product: gradient, factor });
        return;
      }
      const written = gradient.write(factor, undefined);
      parts.plain.push({ value: this.#fit(value, written, node), factor: 1 });
      return;
    }
    const scaled = typeof gradient === 'string' ? { value: gradient, factor: 1 } : gradient;
    parts.plain.push({ value: this.#fit(value, scaled.value, node), factor: scaled.factor * factor });
  }

  /** The whole gradient of a value, in its shape, and a factor that is still to be applied; undefined if it got none. */
  take(value: string): ScaledGradient | undefined {
    const parts = this.#parts.get(value);
    if (parts === undefined) return undefined;
    const sum = this.#sum(parts, this.#builder.shapes(value));
    this.#parts.set(value, { plain: [sum], products: [] });
    return sum;
  }

  /** The whole gradient of a value, in its shape. */
  takeWhole(value: string): string | undefined {
    const scaled = this.take(value);
    return scaled && this.#builder.scale(scaled.value, scaled.factor);
  }

  #sum({ plain, products }: Parts, shapes: ValueShapes): ScaledGradient {
    const builder = this.#builder;
    const [first, ...others] = plain;
    const sum = first && others.reduce((whole, part) => this.#addScaled(whole, part), first);
    if (products.length === 0 && sum !== undefined) {
      return { value: builder.expand(sum.value, shapes), factor: sum.factor };
    }
    const start = sum && builder.expand(builder.scale(sum.value, sum.factor), shapes);
    const value = products.reduce<string | undefined>(
      (addend, { product, factor }) => product.write(factor, addend),
      start,
    );
    return { value: value ?? '', factor: 1 };
  }

  #addScaled(left: ScaledGradient, right: ScaledGradient): ScaledGradient {
    const builder = this.#builder;
    if (left.factor === right.factor) return { value: builder.add(left.value, right.value), factor: left.factor };
    if (left.factor === -right.factor) {
      return { value: builder.subtract(left.value, right.value), factor: left.factor };
    }
    const scaled = [left, right].map(({ value, factor }) => builder.scale(value, factor));
    return { value: builder.add(scaled[0] ?? '', scaled[1] ?? ''), factor: 1 };
  }

  /** The gradient summed to at most the shape of the value. */
  #fit(value: string, gradient: string, node: OnnxNode | undefined): string {
    const builder = this.#builder;
    const shapes = builder.shapes(value);
    const fitting = builder.unbroadcast(gradient, shapes);
    const result = broadcastShapes(builder.shapes(fitting), shapes);
    if (result !== undefined && sameShapes(result, shapes)) return fitting;
    throw new PolyheadError('INTERNAL', {
      message:
        `The gradient rule of ${node?.opType ?? 'the output'} gave a gradient of shape ` +
        `${describeShapes(builder.shapes(gradient))} for its input "${value}" of shape ${describeShapes(shapes)}.`,
      details: { operator: node?.opType ?? '', node: node?.name ?? '', value },
    });
  }
}
