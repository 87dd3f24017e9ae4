import { PolyheadError, type Tensor, type TensorDataType } from '@polyhead/types';

import { assertValidGraph } from '../model/assert-valid-graph.ts';
import type {
  OnnxAttribute,
  OnnxDimension,
  OnnxInitializer,
  OnnxModel,
  OnnxNode,
  OnnxOpset,
  OnnxValueInfo,
} from '../model/onnx-model.ts';

/** What a graph is called and which operators it may use. */
export interface GraphBuilderOptions {
  readonly name: string;
  /** Version of the standard operator set. @default 20 */
  readonly opset?: number;
  /** Further operator sets, such as `com.microsoft`. */
  readonly otherOpsets?: readonly OnnxOpset[];
}

/** Everything about a node beyond its operator and inputs. */
export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Names of the outputs, as a list or a count of names to make up. @default 1 */
  readonly outputs?: number | readonly string[];
  /** @default '' (the standard operators) */
  readonly domain?: string;
}

/** Element type and shape of an input or output. */
export interface ValueShape {
  readonly dataType: TensorDataType;
  /** Undefined if not even the rank is known. */
  readonly shape: readonly OnnxDimension[] | undefined;
}

/** Collects nodes in order. Methods return the names of values, which are the inputs of later nodes. */
export interface GraphBuilder {
  /** Declares a graph input. */
  input(name: string, info: ValueShape): string;
  /**
   * Adds a named constant such as a weight. The same name again returns the same value.
   * @throws {PolyheadError} GRAPH_INVALID if the name stands for another tensor
   */
  initializer(name: string, tensor: Tensor): string;
  /** A float32 scalar; equal ones are shared. */
  scalar(value: number): string;
  /** An int64 vector, as Reshape or Slice take it; equal ones are shared. */
  integers(values: readonly number[]): string;
  /** An int64 scalar; equal ones are shared. */
  integer(value: number): string;
  /** Adds a node and returns the names of its outputs. */
  node(opType: string, inputs: readonly string[], options?: NodeOptions): string[];
  /** Adds a node with one output and returns its name. */
  operation(opType: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
  /** Puts `scope/` before the names that are made up while `build` runs. */
  within<Result>(scope: string, build: () => Result): Result;
  /** Declares a graph output under a name of its own. */
  output(name: string, value: string, info: ValueShape): void;
  /**
   * The finished model.
   * @throws {PolyheadError} GRAPH_INVALID
   */
  build(): OnnxModel;
}

/** IR version of ONNX 1.15, the first with operator set 20. */
const irVersion = 9;

/** Starts an empty graph. */
export function createGraphBuilder(options: GraphBuilderOptions): GraphBuilder {
  return extendModel({
    irVersion,
    opsets: [{ domain: '', version: options.opset ?? 20 }, ...(options.otherOpsets ?? [])],
    producerName: 'polyhead',
    producerVersion: '',
    metadata: {},
    graph: { name: options.name, nodes: [], inputs: [], outputs: [], initializers: [], valueInfo: [] },
  });
}

/** Starts from an existing model: its inputs, nodes and initializers stay, its outputs are to be declared again. */
export function extendModel(model: OnnxModel): GraphBuilder {
  return new CollectingGraphBuilder(model);
}

class CollectingGraphBuilder implements GraphBuilder {
  readonly #model: OnnxModel;
  readonly #inputs: OnnxValueInfo[];
  readonly #outputs: OnnxValueInfo[] = [];
  readonly #nodes: OnnxNode[];
  readonly #initializers: Map<string, OnnxInitializer>;
  readonly #taken: ReadonlySet<string>;
  readonly #counters = new Map<string, number>();
  readonly #scopes: string[] = [];

  constructor(model: OnnxModel) {
    const { nodes, inputs, initializers } = model.graph;
    this.#model = model;
    this.#inputs = [...inputs];
    this.#nodes = [...nodes];
    this.#initializers = new Map(initializers.map((item) => [item.name, item]));
    this.#taken = new Set(nodes.flatMap((node) => [node.name, ...node.outputs]));
  }

  input(name: string, { dataType, shape }: ValueShape): string {
    this.#inputs.push({ name, dataType, shape });
    return name;
  }

  initializer(name: string, tensor: Tensor): string {
    const known = this.#initializers.get(name);
    if (known !== undefined && known.tensor !== tensor) {
      throw new PolyheadError('GRAPH_INVALID', {
        message: `Graph "${this.#model.graph.name}" has two different initializers named "${name}".`,
        remedy: 'Give them different names.',
      });
    }
    return this.#constant(name, tensor);
  }

  scalar(value: number): string {
    return this.#constant(`float(${value})`, { dataType: 'float32', shape: [], data: Float32Array.of(value) });
  }

  integers(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#constant(`integers(${values.join(',')})`, { dataType: 'int64', shape: [values.length], data });
  }

  integer(value: number): string {
    return this.#constant(`integer(${value})`, { dataType: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) });
  }

  node(opType: string, inputs: readonly string[], options: NodeOptions = {}): string[] {
    const { attributes = {}, outputs: wanted = 1, domain = '' } = options;
    const name = this.#createName(opType);
    const outputs = typeof wanted === 'number' ? numberedOutputs(name, wanted) : [...wanted];
    this.#nodes.push({ name, opType, domain, inputs, outputs, attributes });
    return outputs;
  }

  operation(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const [output = ''] = this.node(opType, inputs, { attributes });
    return output;
  }

  within<Result>(scope: string, build: () => Result): Result {
    this.#scopes.push(scope);
    try {
      return build();
    } finally {
      this.#scopes.pop();
    }
  }

  output(name: string, value: string, { dataType, shape }: ValueShape): void {
    if (name !== value) this.node('Identity', [value], { outputs: [name] });
    this.#outputs.push({ name, dataType, shape });
  }

  build(): OnnxModel {
    const graph = {
      ...this.#model.graph,
      nodes: this.#nodes,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: [...this.#initializers.values()],
    };
    assertValidGraph(graph);
    return { ...this.#model, graph };
  }

  #constant(name: string, tensor: Tensor): string {
    if (!this.#initializers.has(name)) this.#initializers.set(name, { name, tensor });
    return name;
  }

  #createName(stem: string): string {
    const path = [...this.#scopes, stem].join('/');
    const count = this.#counters.get(path) ?? 0;
    this.#counters.set(path, count + 1);
    const name = count === 0 ? path : `${path}_${count}`;
    return this.#taken.has(name) ? this.#createName(stem) : name;
  }
}

function numberedOutputs(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (count === 1 ? `${name}.out` : `${name}.out${index}`));
}
