import { intAttribute, type GraphBuilder, type OnnxAttribute } from '@polyhead/onnx';
import { PolyheadError, type TensorDataType } from '@polyhead/types';

import type { ObservedValue, ObservedValues } from './observe-values.ts';
import { broadcastShapes, describeShapes, type ValueShapes } from './value-shape.ts';

/** What a new value is, and how its node is written. */
export interface EmittedNode {
  readonly shapes: ValueShapes;
  /** @default 'float32' */
  readonly dataType?: TensorDataType;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** @default '' */
  readonly domain?: string;
}

/** What is known before anything is written. */
export interface ValueWriterOptions {
  /** Version of the standard operators. */
  readonly opset: number;
  readonly values: ObservedValues;
  /** Elements of small constants. */
  readonly constants: ReadonlyMap<string, readonly number[]>;
}

/** Writes nodes whose results have known shapes: constants and elementwise operations. */
export class ValueWriter {
  /** Version of the standard operators. */
  readonly opset: number;
  protected readonly graph: GraphBuilder;
  readonly #values: Map<string, ObservedValue>;
  readonly #constants: Map<string, readonly number[]>;

  constructor(graph: GraphBuilder, options: ValueWriterOptions) {
    this.graph = graph;
    this.opset = options.opset;
    this.#values = new Map(options.values);
    this.#constants = new Map(options.constants);
  }

  /** All values, those of the forward graph and the new ones. */
  get values(): ObservedValues {
    return this.#values;
  }

  /** Puts `scope/` before the names that are made up while `build` runs. */
  within<Result>(scope: string, build: () => Result): Result {
    return this.graph.within(scope, build);
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
    return this.#constants.get(name);
  }

  /** A float32 scalar. */
  scalar(value: number): string {
    return this.know(this.graph.scalar(value), { dataType: 'float32', shapes: this.everywhere([]) });
  }

  /** An int64 vector. */
  integers(values: readonly number[]): string {
    const name = this.graph.integers(values);
    this.#constants.set(name, values);
    return this.know(name, { dataType: 'int64', shapes: this.everywhere([values.length]) });
  }

  /** An int64 scalar. */
  integer(value: number): string {
    return this.know(this.graph.integer(value), { dataType: 'int64', shapes: this.everywhere([]) });
  }

  /** Notes a float32 value that comes from outside. */
  declare(name: string, shapes: ValueShapes): string {
    return this.know(name, { dataType: 'float32', shapes });
  }

  /** Any operation with one result. */
  operation(opType: string, inputs: readonly string[], node: EmittedNode): string {
    const { shapes, dataType = 'float32', attributes = {}, domain = '' } = node;
    const [name = ''] = this.graph.node(opType, inputs, { attributes, domain });
    return this.know(name, { dataType, shapes });
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
    if (shapes === undefined) throw this.misfit(opType, [left, right]);
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
    if (shapes === undefined) throw this.misfit('Where', [condition, yes, no]);
    return this.operation('Where', [condition, yes, no], { shapes });
  }

  /** The input as float32. */
  toFloat(input: string): string {
    return this.operation('Cast', [input], { shapes: this.shapes(input), attributes: { to: intAttribute(1) } });
  }

  /** One element of a vector, as vector of length 1. */
  element(vector: string, index: number): string {
    return this.operation('Slice', [vector, this.integers([index]), this.integers([index + 1])], {
      shapes: this.everywhere([1]),
      dataType: this.describe(vector).dataType,
    });
  }

  /** A shape that is the same at all probes. */
  protected everywhere(shape: readonly number[]): ValueShapes {
    const [first] = this.#values.values();
    return (first?.shapes ?? [[]]).map(() => shape);
  }

  /** Notes what a value is. */
  protected know(name: string, value: ObservedValue): string {
    this.#values.set(name, value);
    return name;
  }

  /** The error for operands that do not go together. */
  protected misfit(opType: string, operands: readonly string[]): PolyheadError {
    const shapes = operands.map((name) => describeShapes(this.shapes(name))).join(' and ');
    return new PolyheadError('INTERNAL', {
      message: `A gradient rule combines values of the shapes ${shapes} by ${opType}, which do not fit.`,
      details: { operator: opType, operands: [...operands] },
    });
  }
}
