import type { OnnxNode } from '@polyhead/onnx';
import { PolyheadError } from '@polyhead/types';

import type { GradientBuilder } from './gradient-builder.ts';
import { broadcastShapes, describeShapes, sameShapes } from './value-shape.ts';

/** The gradients that each value has got so far. A value that is used several times gets the sum. */
export class GradientSums {
  readonly #builder: GradientBuilder;
  readonly #parts = new Map<string, string[]>();

  constructor(builder: GradientBuilder) {
    this.#builder = builder;
  }

  /**
   * Adds a gradient of a value, summed over the axes along which the value was repeated.
   * @param source the node whose rule gave it
   * @throws {PolyheadError} INTERNAL if its shape cannot be that of a gradient of the value
   */
  add(value: string, gradient: string, source?: OnnxNode): void {
    const builder = this.#builder;
    const shapes = builder.shapes(value);
    const part = builder.unbroadcast(gradient, shapes);
    const fits = broadcastShapes(builder.shapes(part), shapes);
    if (fits === undefined || !sameShapes(fits, shapes)) {
      throw new PolyheadError('INTERNAL', {
        message:
          `The gradient rule of ${source?.opType ?? 'the output'} gave a gradient of shape ` +
          `${describeShapes(builder.shapes(gradient))} for its input "${value}" of shape ${describeShapes(shapes)}.`,
        details: { operator: source?.opType ?? '', node: source?.name ?? '', value },
      });
    }
    this.#parts.set(value, [...(this.#parts.get(value) ?? []), part]);
  }

  /** The whole gradient of a value, in its shape; undefined if it got none. */
  take(value: string): string | undefined {
    const builder = this.#builder;
    const [first, ...others] = this.#parts.get(value) ?? [];
    if (first === undefined) return undefined;
    const sum = others.reduce((whole, part) => builder.add(whole, part), first);
    const gradient = builder.expand(sum, builder.shapes(value));
    this.#parts.set(value, [gradient]);
    return gradient;
  }
}
