import { intAttribute, intsAttribute, tensorAttribute, type GraphBuilder } from '@polyhead/onnx';

import { productAttributes, productShapes, type ProductOptions } from './products.ts';
import { ShapeValues } from './shape-values.ts';
import {
  axesUpTo,
  fixedSize,
  mapShapes,
  rankOf,
  sameShapes,
  shapeKey,
  sizesOf,
  type ValueShapes,
} from './value-shape.ts';
import { ValueWriter, type ValueWriterOptions } from './value-writer.ts';

/** Operator set of ONNX Runtime's own operators. */
export const runtimeDomain = 'com.microsoft';

/** Columns of a result that ONNX Runtime computes at a time. */
const panelColumns = 128;

/** A product and what is added to it. */
export interface GemmOptions extends ProductOptions {
  readonly addend?: string | undefined;
}

/**
 * Writes gradient nodes. Every value it makes has known shapes, so that rules can be checked and un-broadcasting is decided
 * while the graph is written. Methods take and return names of values.
 */
export class GradientBuilder extends ValueWriter {
  readonly #forward: Set<string>;
  readonly #shapeVectors: ShapeValues;
  readonly #ones = new Map<string, string>();
  readonly #turnedMatrices = new Map<string, string>();

  constructor(graph: GraphBuilder, options: ValueWriterOptions) {
    super(graph, options);
    this.#forward = new Set(options.values.keys());
    this.#shapeVectors = new ShapeValues(this, { values: this.values, forward: this.#forward });
  }

  /** Results that the forward graph has to make, those among them that the builder added. */
  get forwardValues(): ReadonlySet<string> {
    return this.#forward;
  }

  /** Sum over axes (counted from the front). */
  sum(input: string, axes: readonly number[], keepDimensions: boolean): string {
    if (axes.length === 0) return input;
    return this.operation('ReduceSum', [input, this.integers(axes)], {
      shapes: reducedShapes(this.shapes(input), axes, keepDimensions),
      attributes: { keepdims: intAttribute(keepDimensions ? 1 : 0) },
    });
  }

  /** Average over axes, which stay as dimensions of size 1. */
  average(input: string, axes: readonly number[]): string {
    const shapes = reducedShapes(this.shapes(input), axes, true);
    const keepdims = intAttribute(1);
    return this.opset >= 18
      ? this.operation('ReduceMean', [input, this.integers(axes)], { shapes, attributes: { keepdims } })
      : this.operation('ReduceMean', [input], { shapes, attributes: { keepdims, axes: intsAttribute(axes) } });
  }

  /** float32 number of elements along axes, for sizes that the input decides. */
  elementCount(input: string, axes: readonly number[]): string {
    const sizes = axes.map((axis) => this.toFloat(this.sizeValue(this.shapes(input), axis)));
    return sizes.reduce((product, size) => this.multiply(product, size));
  }

  /** Axes in another order. */
  transpose(input: string, order: readonly number[]): string {
    if (order.every((from, axis) => from === axis)) return input;
    return this.operation('Transpose', [input], {
      shapes: mapShapes(this.shapes(input), (shape) => order.map((axis) => shape[axis] ?? 1)),
      attributes: { perm: intsAttribute(order) },
    });
  }

  /** Product of stacks of matrices, as ONNX Runtime's FusedMatMul: it reads a turned operand without copying it. */
  matrixProduct(left: string, right: string, options: ProductOptions = {}): string {
    const shapes = this.productShapes(left, right, options);
    if (shapes === undefined) throw this.misfit('MatMul', [left, right]);
    const attributes = productAttributes(options);
    const isPlain = Object.keys(attributes).length === 0;
    return isPlain
      ? this.operation('MatMul', [left, right], { shapes })
      : this.operation('FusedMatMul', [left, right], { shapes, attributes, domain: runtimeDomain });
  }

  /** The shapes of {@link matrixProduct}; undefined if the operands do not fit. */
  productShapes(left: string, right: string, options: ProductOptions): ValueShapes | undefined {
    return productShapes([this.shapes(left), this.shapes(right)], options);
  }

  /** Product of two matrices plus a matrix, as Gemm. */
  gemm(left: string, right: string, options: GemmOptions = {}): string {
    const shapes = this.productShapes(left, right, options);
    if (shapes === undefined || rankOf(shapes) !== 2) throw this.misfit('Gemm', [left, right]);
    const { addend } = options;
    const attributes = productAttributes(options);
    return this.operation('Gemm', addend === undefined ? [left, right] : [left, right, addend], { shapes, attributes });
  }

  /**
   * As {@link gemm}; a large left operand that is to be turned is turned in memory first. The matrix product of ONNX Runtime
   * would turn it anew for every 128 columns of the result.
   */
  gemmOfTurned(left: string, right: string, options: GemmOptions): string {
    const { transA = false, transB = false } = options;
    const columns = fixedSize(this.productShapes(left, right, options) ?? [], 1) ?? 0;
    if (!transA || transB || columns <= 2 * panelColumns) return this.gemm(left, right, options);
    return this.gemm(this.#turned(left), right, { ...options, transA: false });
  }

  /** A matrix turned in memory, once. In three dimensions, or the runtime would put the turn back into the product. */
  #turned(matrix: string): string {
    const known = this.#turnedMatrices.get(matrix);
    if (known !== undefined) return known;
    const shapes = this.shapes(matrix);
    const stack = this.reshape(
      matrix,
      mapShapes(shapes, (shape) => [1, ...shape]),
    );
    const result = this.reshape(
      this.transpose(stack, [0, 2, 1]),
      mapShapes(shapes, (shape) => shape.toReversed()),
    );
    this.#turnedMatrices.set(matrix, result);
    return result;
  }

  /** The same elements in another shape, which must hold as many. */
  reshape(input: string, shapes: ValueShapes): string {
    if (sameShapes(this.shapes(input), shapes)) return input;
    const target = this.#constantTarget(this.shapes(input), shapes) ?? this.shapeValue(shapes);
    return this.operation('Reshape', [input, target], { shapes, dataType: this.describe(input).dataType });
  }

  /** `[rows, last]`, the leading dimensions joined. */
  toMatrix(input: string): string {
    return this.reshape(
      input,
      mapShapes(this.shapes(input), (shape) => [product(shape.slice(0, -1)), shape.at(-1) ?? 1]),
    );
  }

  /** The input repeated to a larger shape. */
  expand(input: string, shapes: ValueShapes): string {
    if (sameShapes(this.shapes(input), shapes)) return input;
    return this.operation('Expand', [input, this.shapeValue(shapes)], { shapes });
  }

  /** float32 zeros. */
  zeros(shapes: ValueShapes): string {
    return this.operation('ConstantOfShape', [this.shapeValue(shapes)], { shapes });
  }

  /** float32 ones; equal shapes are shared. */
  ones(shapes: ValueShapes): string {
    const key = shapeKey(shapes);
    const known = this.#ones.get(key);
    if (known !== undefined) return known;
    const value = tensorAttribute({ dataType: 'float32', shape: [1], data: Float32Array.of(1) });
    const name = this.operation('ConstantOfShape', [this.shapeValue(shapes)], { shapes, attributes: { value } });
    this.#ones.set(key, name);
    return name;
  }

  /** Values joined along an axis. */
  concatenate(inputs: readonly string[], axis: number): string {
    const [first = '', ...others] = inputs;
    if (others.length === 0) return first;
    const sizeAt = (name: string, probe: number): number => this.shapes(name)[probe]?.[axis] ?? 0;
    const shapes = this.shapes(first).map((shape, probe) => {
      const total = inputs.reduce((sum, name) => sum + sizeAt(name, probe), 0);
      return shape.map((size, index) => (index === axis ? total : size));
    });
    return this.operation('Concat', inputs, {
      shapes,
      dataType: this.describe(first).dataType,
      attributes: { axis: intAttribute(axis) },
    });
  }

  /** A value cut along an axis into parts of these shapes. */
  split(input: string, parts: readonly ValueShapes[], axis: number): readonly string[] {
    if (parts.length === 1) return [input];
    const sizes = parts.map((shapes) => fixedSize(shapes, axis));
    const isFixed = (list: readonly (number | undefined)[]): list is readonly number[] => !list.includes(undefined);
    const sizesValue = isFixed(sizes)
      ? this.integers(sizes)
      : this.concatenate(
          parts.map((shapes) => this.sizeValue(shapes, axis)),
          0,
        );
    const names = this.graph.node('Split', [input, sizesValue], {
      outputs: parts.length,
      attributes: { axis: intAttribute(axis) },
    });
    return names.map((name, index) => this.know(name, { dataType: 'float32', shapes: parts[index] ?? [] }));
  }

  /**
   * A shape as int64 vector: a constant if it is fixed, else the Shape of a value of the forward graph that has it, so that
   * the backward graph needs no more than the few numbers.
   * @throws {PolyheadError} INTERNAL if no value has this shape
   */
  shapeValue(shapes: ValueShapes): string {
    return this.#shapeVectors.vector(shapes);
  }

  /** Sizes along one axis as int64 `[1]`. */
  sizeValue(shapes: ValueShapes, axis: number): string {
    return this.shapeValue(mapShapes(shapes, (shape) => [shape[axis] ?? 1]));
  }

  /** A gradient summed over the axes along which an operand of this shape was repeated. */
  unbroadcast(gradient: string, shapes: ValueShapes): string {
    const from = this.shapes(gradient);
    const extra = rankOf(from) - rankOf(shapes);
    if (extra < 0) return gradient;
    const repeated = axesUpTo(rankOf(from)).filter(
      (axis) => axis < extra || (fixedSize(shapes, axis - extra) === 1 && fixedSize(from, axis) !== 1),
    );
    const onlyLeading = repeated.length === extra;
    if (onlyLeading && rankOf(shapes) > 0 && extra > 0) return this.#sumOfRows(gradient, shapes);
    const sum = this.sum(gradient, repeated, !onlyLeading);
    return extra > 0 && !onlyLeading ? this.reshape(sum, this.#withoutLeading(sum, extra)) : sum;
  }

  /** The sum over leading axes as product with a row of ones, which is quicker than ReduceSum. */
  #sumOfRows(input: string, shapes: ValueShapes): string {
    const rows = this.reshape(
      input,
      this.shapes(input).map((shape, probe) => {
        const width = product(shapes[probe] ?? []);
        return [product(shape) / width, width];
      }),
    );
    const ones = this.ones(mapShapes(this.shapes(rows), ([count = 1]) => [1, count]));
    return this.reshape(this.matrixProduct(ones, rows), shapes);
  }

  #withoutLeading(name: string, count: number): ValueShapes {
    return mapShapes(this.shapes(name), (shape) => shape.slice(count));
  }

  /** A target for Reshape that needs no value at run time: at most one size is left open, others are copied from the input. */
  #constantTarget(from: ValueShapes, to: ValueShapes): string | undefined {
    let open = 0;
    const target = axesUpTo(rankOf(to)).map((axis) => {
      const fixed = fixedSize(to, axis);
      if (fixed !== undefined) return fixed;
      if (axis < rankOf(from) && sizesOf(from, axis).join() === sizesOf(to, axis).join()) return 0;
      open++;
      return -1;
    });
    return open <= 1 && !hasFixedZero(to) ? this.integers(target) : undefined;
  }
}

/** The shapes after a reduction over axes counted from the front. */
export function reducedShapes(shapes: ValueShapes, axes: readonly number[], keepDimensions: boolean): ValueShapes {
  return mapShapes(shapes, (shape) =>
    keepDimensions
      ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : shape.filter((_, axis) => !axes.includes(axis)),
  );
}

function hasFixedZero(shapes: ValueShapes): boolean {
  return shapes.some((shape) => shape.includes(0));
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((whole, size) => whole * size, 1);
}
