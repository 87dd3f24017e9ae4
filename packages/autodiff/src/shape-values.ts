import { intAttribute } from '@polyhead/onnx';
import { PolyheadError } from '@polyhead/types';

import type { ObservedValues } from './observe-values.ts';
import { axesUpTo, fixedShape, fixedSize, rankOf, shapeKey, sizesOf, type ValueShapes } from './value-shape.ts';
import type { ValueWriter } from './value-writer.ts';

/** What shapes are read from: all values, and those among them that the forward graph makes, which is added to. */
export interface ShapeSources {
  readonly values: ObservedValues;
  readonly forward: Set<string>;
}

/**
 * Shapes as int64 vectors, for nodes that need them when the graph runs. Whatever possible is computed in the forward graph,
 * so that the backward graph needs no more than the few numbers; equal shapes are made once.
 */
export class ShapeValues {
  readonly #builder: ValueWriter;
  readonly #sources: ShapeSources;
  readonly #known = new Map<string, string>();

  constructor(builder: ValueWriter, sources: ShapeSources) {
    this.#builder = builder;
    this.#sources = sources;
  }

  /**
   * The vector of a shape: a constant if it is fixed, else the Shape of a value that has it, else put together from sizes.
   * @throws {PolyheadError} INTERNAL if no value has such a size
   */
  vector(shapes: ValueShapes): string {
    const fixed = fixedShape(shapes);
    if (fixed !== undefined) return this.#builder.integers(fixed);
    const key = shapeKey(shapes);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#shapeOfForwardValue(key) ?? this.#joinedSizes(shapes);
    this.#known.set(key, name);
    return name;
  }

  #shapeOfForwardValue(key: string): string | undefined {
    for (const name of this.#sources.forward) {
      const value = this.#sources.values.get(name);
      if (value !== undefined && shapeKey(value.shapes) === key) return this.#shapeOf(name);
    }
    return undefined;
  }

  #shapeOf(name: string): string {
    const { shapes } = this.#builder.describe(name);
    const known = this.#known.get(shapeKey(shapes));
    if (known !== undefined) return known;
    const shape = this.#builder.operation('Shape', [name], {
      shapes: shapes.map(({ length }) => [length]),
      dataType: 'int64',
    });
    if (this.#sources.forward.has(name)) this.#sources.forward.add(shape);
    return shape;
  }

  #joinedSizes(shapes: ValueShapes): string {
    const parts = axesUpTo(rankOf(shapes)).map((axis) => {
      const fixed = fixedSize(shapes, axis);
      return fixed === undefined ? this.#size(sizesOf(shapes, axis)) : this.#builder.integers([fixed]);
    });
    const [only = '', ...others] = parts;
    if (others.length === 0) return only;
    const joined = this.#builder.operation('Concat', parts, {
      shapes: shapes.map(() => [parts.length]),
      dataType: 'int64',
      attributes: { axis: intAttribute(0) },
    });
    if (parts.every((part) => this.#isForward(part))) this.#sources.forward.add(joined);
    return joined;
  }

  /** One size as vector of length 1, of a forward value if there is one that has it. */
  #size(sizes: readonly number[]): string {
    const { forward, values } = this.#sources;
    for (const name of [...forward, ...values.keys()]) {
      const shapes = values.get(name)?.shapes ?? [];
      const axis = axesUpTo(rankOf(shapes)).find((index) => sizesOf(shapes, index).join() === sizes.join());
      if (axis === undefined) continue;
      const shape = this.#shapeOf(name);
      const size = this.#builder.element(shape, axis);
      if (forward.has(shape)) forward.add(size);
      return size;
    }
    throw new PolyheadError('INTERNAL', {
      message: `No value of the graph has a dimension of the sizes ${sizes.join(', ')} that a gradient needs.`,
    });
  }

  /** Constants of the builder are part of either graph. */
  #isForward(name: string): boolean {
    return this.#sources.forward.has(name) || this.#builder.constant(name) !== undefined;
  }
}
