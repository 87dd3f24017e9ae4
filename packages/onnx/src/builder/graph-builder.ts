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
  const inputs: OnnxValueInfo[] = [...model.graph.inputs];
  const outputs: OnnxValueInfo[] = [];
  const nodes: OnnxNode[] = [...model.graph.nodes];
  const initializers = new Map<string, OnnxInitializer>(model.graph.initializers.map((item) => [item.name, item]));
  const taken = new Set<string>(nodes.flatMap((node) => [node.name, ...node.outputs]));
  const counters = new Map<string, number>();
  const scopes: string[] = [];

  function createName(stem: string): string {
    const path = [...scopes, stem].join('/');
    const count = counters.get(path) ?? 0;
    counters.set(path, count + 1);
    const name = count === 0 ? path : `${path}_${count}`;
    return taken.has(name) ? createName(stem) : name;
  }

  function constant(name: string, tensor: Tensor): string {
    if (!initializers.has(name)) initializers.set(name, { name, tensor });
    return name;
  }

  const builder: GraphBuilder = {
    input(name, info) {
      inputs.push({ name, dataType: info.dataType, shape: info.shape });
      return name;
    },
    initializer(name, tensor) {
      const known = initializers.get(name);
      if (known !== undefined && known.tensor !== tensor) {
        throw new PolyheadError('GRAPH_INVALID', {
          message: `Graph "${model.graph.name}" has two different initializers named "${name}".`,
          remedy: 'Give them different names.',
        });
      }
      return constant(name, tensor);
    },
    scalar: (value) => constant(`float(${value})`, { dataType: 'float32', shape: [], data: Float32Array.of(value) }),
    integers: (values) =>
      constant(`integers(${values.join(',')})`, {
        dataType: 'int64',
        shape: [values.length],
        data: BigInt64Array.from(values, BigInt),
      }),
    integer: (value) =>
      constant(`integer(${value})`, { dataType: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) }),
    node(opType, nodeInputs, nodeOptions = {}) {
      const { attributes = {}, outputs: wanted = 1, domain = '' } = nodeOptions;
      const name = createName(opType);
      const names =
        typeof wanted !== 'number'
          ? [...wanted]
          : Array.from({ length: wanted }, (_, index) => (wanted === 1 ? `${name}.out` : `${name}.out${index}`));
      nodes.push({ name, opType, domain, inputs: nodeInputs, outputs: names, attributes });
      return names;
    },
    operation(opType, nodeInputs, attributes = {}) {
      const [output = ''] = builder.node(opType, nodeInputs, { attributes });
      return output;
    },
    within(scope, build) {
      scopes.push(scope);
      try {
        return build();
      } finally {
        scopes.pop();
      }
    },
    output(name, value, info) {
      if (name !== value) builder.node('Identity', [value], { outputs: [name] });
      outputs.push({ name, dataType: info.dataType, shape: info.shape });
    },
    build() {
      const graph = { ...model.graph, nodes, inputs, outputs, initializers: [...initializers.values()] };
      assertValidGraph(graph);
      return { ...model, graph };
    },
  };
  return builder;
}
