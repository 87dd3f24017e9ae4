import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  tensorAttribute,
  type GraphBuilder,
  type OnnxAttribute,
  type OnnxNode,
} from '@polyhead/onnx';
import { PolyheadError, type TensorDataType } from '@polyhead/types';

import type { ObservedValue, ObservedValues } from './observe-values.ts';
import {
  axesUpTo,
  broadcastShapes,
  describeShapes,
  fixedShape,
  fixedSize,
  mapShapes,
  rankOf,
  sameShapes,
  shapeKey,
  sizesOf,
  type ValueShapes,
} from './value-shape.ts';

/** What a new value is, and how its node is written. */
export interface EmittedNode {
  readonly shapes: ValueShapes;
  /** @default 'float32' */
  readonly dataType?: TensorDataType;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** @default '' */
  readonly domain?: string;
}

/** Which operands of a matrix product are turned, and a factor. */
export interface ProductOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** @default 1 */
  readonly alpha?: number;
}

/** Operator set of ONNX Runtime's own operators. */
export const runtimeDomain = 'com.microsoft';

/**
 * Writes gradient nodes. Every value it makes has known shapes, so that rules can be checked and un-broadcasting is decided
 * while the graph is written. Methods take and return names of values.
 */
export class GradientBuilder {
  /** Version of the standard operators. */
  readonly opset: number;
  readonly #graph: GraphBuilder;
  readonly #values: Map<string, ObservedValue>;
  readonly #forward: Set<string>;
  readonly #constants: ReadonlyMap<string, readonly number[]>;
  readonly #shapeValues = new Map<string, string>();
  readonly #ones = new Map<string, string>();

  constructor(
    graph: GraphBuilder,
    options: {
      readonly opset: number;
      readonly values: ObservedValues;
      readonly constants: ReadonlyMap<string, readonly number[]>;
    },
  ) {
    this.#graph = graph;
    this.opset = options.opset;
    this.#values = new Map(options.values);
    this.#forward = new Set(options.values.keys());
    this.#constants = options.constants;
  }

  /** All values, those of the forward graph and the new ones. */
  get values(): ObservedValues {
    return this.#values;
  }

  /** Results that the forward graph has to make, though the builder added them. */
  get forwardValues(): ReadonlySet<string> {
    return this.#forward;
  }

  /** Puts `scope/` before the names that are made up while `build` runs. */
  within<Result>(scope: string, build: () => Result): Result {
    return this.#graph.within(scope, build);
  }

  /**
   * What is known about a value.
   * @throws {PolyheadError} GRAPH_INVALID if it was not observed
   */
  describe(name: string): ObservedValue {
    const value = this.#values.get(name);
    if (value === undefined) {
      throw new PolyheadError('GRAPH_INVALID', {
        message: `Nothing was observed about the value "${name}".`,
        remedy: 'Observe the values of the very graph that is differentiated.',
      });
    }
    return value;
  }

  /** The shapes of a value. */
  shapes(name: string): ValueShapes {
    return this.describe(name).shapes;
  }

  /** The elements of a small constant, of any number type; undefined if it is not constant. */
  constant(name: string): readonly number[] | undefined {
    return this.#constants.get(name) ?? this.#values.get(name)?.integers;
  }

  /** A float32 scalar. */
  scalar(value: number): string {
    return this.#know(this.#graph.scalar(value), { dataType: 'float32', shapes: this.#everywhere([]) });
  }

  /** An int64 vector. */
  integers(values: readonly number[]): string {
    const name = this.#graph.integers(values);
    return this.#know(name, { dataType: 'int64', shapes: this.#everywhere([values.length]) });
  }

  /** An int64 scalar. */
  integer(value: number): string {
    return this.#know(this.#graph.integer(value), { dataType: 'int64', shapes: this.#everywhere([]) });
  }

  /** Notes a float32 value that comes from outside. */
  declare(name: string, shapes: ValueShapes): string {
    return this.#know(name, { dataType: 'float32', shapes });
  }

  /** Any operation with one result. */
  operation(opType: string, inputs: readonly string[], node: EmittedNode): string {
    const { shapes, dataType = 'float32', attributes = {}, domain = '' } = node;
    const [name = ''] = this.#graph.node(opType, inputs, { attributes, domain });
    return this.#know(name, { dataType, shapes });
  }

  /** An elementwise operation of one operand. */
  map(opType: string, input: string): string {
    return this.operation(opType, [input], this.describe(input));
  }

  /**
   * An elementwise operation of two operands, with broadcasting.
   * @param dataType of the result; that of the left operand if absent
   */
  combine(opType: string, [left, right]: readonly [string, string], dataType?: TensorDataType): string {
    const shapes = broadcastShapes(this.shapes(left), this.shapes(right));
    if (shapes === undefined) throw this.#misfit(opType, [left, right]);
    return this.operation(opType, [left, right], { shapes, dataType: dataType ?? this.describe(left).dataType });
  }

  /** left + right */
  add(left: string, right: string): string {
    return this.combine('Add', [left, right]);
  }

  /** left - right */
  subtract(left: string, right: string): string {
    return this.combine('Sub', [left, right]);
  }

  /** left * right */
  multiply(left: string, right: string): string {
    return this.combine('Mul', [left, right]);
  }

  /** left / right */
  divide(left: string, right: string): string {
    return this.combine('Div', [left, right]);
  }

  /** The input times a number; the input itself for 1. */
  scale(input: string, factor: number): string {
    return factor === 1 ? input : this.multiply(input, this.scalar(factor));
  }

  /** Elements of `yes` where the condition holds, else of `no`. */
  where(condition: string, yes: string, no: string): string {
    const values = broadcastShapes(this.shapes(yes), this.shapes(no));
    const shapes = values && broadcastShapes(this.shapes(condition), values);
    if (shapes === undefined) throw this.#misfit('Where', [condition, yes, no]);
    return this.operation('Where', [condition, yes, no], { shapes });
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

  /** The input as float32. */
  toFloat(input: string): string {
    return this.operation('Cast', [input], { shapes: this.shapes(input), attributes: { to: intAttribute(1) } });
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
    if (shapes === undefined) throw this.#misfit('MatMul', [left, right]);
    const attributes = productAttributes(options);
    const isPlain = Object.keys(attributes).length === 0;
    return isPlain
      ? this.operation('MatMul', [left, right], { shapes })
      : this.operation('FusedMatMul', [left, right], { shapes, attributes, domain: runtimeDomain });
  }

  /** The shapes of {@link matrixProduct}; undefined if the operands do not fit. */
  productShapes(
    left: string,
    right: string,
    { transA = false, transB = false }: ProductOptions,
  ): ValueShapes | undefined {
    const a = mapShapes(this.shapes(left), (shape) => turned(shape, transA));
    const b = mapShapes(this.shapes(right), (shape) => turned(shape, transB));
    const stacks = broadcastShapes(
      mapShapes(a, (shape) => shape.slice(0, -2)),
      mapShapes(b, (shape) => shape.slice(0, -2)),
    );
    if (a.some((shape, probe) => shape.at(-1) !== b[probe]?.at(-2))) return undefined;
    return stacks?.map((shape, probe) => [...shape, a[probe]?.at(-2) ?? 1, b[probe]?.at(-1) ?? 1]);
  }

  /** Product of two matrices plus a matrix, as Gemm. */
  gemm(left: string, right: string, options: ProductOptions & { readonly addend?: string | undefined } = {}): string {
    const shapes = this.productShapes(left, right, options);
    if (shapes === undefined || rankOf(shapes) !== 2) throw this.#misfit('Gemm', [left, right]);
    const { addend } = options;
    const attributes = productAttributes(options);
    return this.operation('Gemm', addend === undefined ? [left, right] : [left, right, addend], { shapes, attributes });
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
    const names = this.#graph.node('Split', [input, sizesValue], {
      outputs: parts.length,
      attributes: { axis: intAttribute(axis) },
    });
    return names.map((name, index) => this.#know(name, { dataType: 'float32', shapes: parts[index] ?? [] }));
  }

  /** One element of a vector, as vector of length 1. */
  element(vector: string, index: number): string {
    return this.operation('Slice', [vector, this.integers([index]), this.integers([index + 1])], {
      shapes: this.#everywhere([1]),
      dataType: this.describe(vector).dataType,
    });
  }

  /**
   * A shape as int64 vector: a constant if it is fixed, else the Shape of a value of the forward graph that has it, so that
   * the backward graph needs no more than the few numbers.
   * @throws {PolyheadError} INTERNAL if no value has this shape
   */
  shapeValue(shapes: ValueShapes): string {
    const fixed = fixedShape(shapes);
    if (fixed !== undefined) return this.integers(fixed);
    const key = shapeKey(shapes);
    const known = this.#shapeValues.get(key);
    if (known !== undefined) return known;
    const name = this.#shapeOfForwardValue(key) ?? this.#joinedSizes(shapes);
    this.#shapeValues.set(key, name);
    return name;
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

  #shapeOfForwardValue(key: string): string | undefined {
    for (const name of this.#forward) {
      const value = this.#values.get(name);
      if (value !== undefined && shapeKey(value.shapes) === key) return this.#forwardShape(name);
    }
    return undefined;
  }

  #forwardShape(name: string): string {
    const shapes = this.#everywhere([rankOf(this.shapes(name))]);
    const shape = this.operation('Shape', [name], { shapes, dataType: 'int64' });
    this.#forward.add(shape);
    return shape;
  }

  /** A shape put together from single sizes of forward values. */
  #joinedSizes(shapes: ValueShapes): string {
    const parts = axesUpTo(rankOf(shapes)).map((axis) => {
      const fixed = fixedSize(shapes, axis);
      return fixed === undefined ? this.#forwardSize(sizesOf(shapes, axis)) : this.integers([fixed]);
    });
    const joined = this.concatenate(parts, 0);
    this.#forward.add(joined);
    return joined;
  }

  #forwardSize(sizes: readonly number[]): string {
    for (const name of this.#forward) {
      const shapes = this.#values.get(name)?.shapes ?? [];
      const axis = axesUpTo(rankOf(shapes)).find((index) => sizesOf(shapes, index).join() === sizes.join());
      if (axis === undefined) continue;
      const size = this.operation(
        'Slice',
        [
          this.#shapeValues.get(shapeKey(shapes)) ?? this.#forwardShape(name),
          this.integers([axis]),
          this.integers([axis + 1]),
        ],
        { shapes: this.#everywhere([1]), dataType: 'int64' },
      );
      this.#forward.add(size);
      return size;
    }
    throw new PolyheadError('INTERNAL', {
      message: `No value of the graph has a dimension of the sizes ${sizes.join(', ')} that a gradient needs.`,
    });
  }

  #everywhere(shape: readonly number[]): ValueShapes {
    const [first] = this.#values.values();
    return (first?.shapes ?? [[]]).map(() => shape);
  }

  #know(name: string, value: ObservedValue): string {
    this.#values.set(name, value);
    return name;
  }

  #misfit(opType: string, operands: readonly string[]): PolyheadError {
    const shapes = operands.map((name) => describeShapes(this.shapes(name))).join(' and ');
    return new PolyheadError('INTERNAL', {
      message: `A gradient rule combines values of the shapes ${shapes} by ${opType}, which do not fit.`,
      details: { operator: opType, operands: [...operands] },
    });
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

/** Name of a node for messages. */
export function describeNode(node: OnnxNode): string {
  return node.name || (node.outputs[0] ?? '');
}

function hasFixedZero(shapes: ValueShapes): boolean {
  return shapes.some((shape) => shape.includes(0));
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((whole, size) => whole * size, 1);
}

function turned(shape: readonly number[], isTurned: boolean): readonly number[] {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return isTurned ? [...shape.slice(0, -2), columns, rows] : shape;
}

function productAttributes({
  transA = false,
  transB = false,
  alpha = 1,
}: ProductOptions): Record<string, OnnxAttribute> {
  return {
    ...(transA ? { transA: intAttribute(1) } : {}),
    ...(transB ? { transB: intAttribute(1) } : {}),
    ...(alpha === 1 ? {} : { alpha: floatAttribute(alpha) }),
  };
}
