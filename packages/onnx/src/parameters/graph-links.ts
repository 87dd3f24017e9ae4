import type { OnnxGraph, OnnxNode } from '../model/onnx-model.ts';

/** A node that takes a value, and at which place. */
export interface ValueUse {
  readonly node: OnnxNode;
  /** Index in the node's inputs. */
  readonly index: number;
}

/** Who makes and who takes each value of a graph, without its subgraphs. */
export interface GraphLinks {
  /** The node that makes a value; undefined for inputs and initializers. */
  producer(value: string): OnnxNode | undefined;
  /** In the order of the nodes. */
  uses(value: string): readonly ValueUse[];
}

/** Walks the nodes once. */
export function createGraphLinks(graph: OnnxGraph): GraphLinks {
  const producers = new Map<string, OnnxNode>();
  const uses = new Map<string, ValueUse[]>();
  for (const node of graph.nodes) {
    node.inputs.forEach((value, index) => {
      const known = uses.get(value);
      if (known === undefined) uses.set(value, [{ node, index }]);
      else known.push({ node, index });
    });
    for (const value of node.outputs) producers.set(value, node);
  }
  return { producer: (value) => producers.get(value), uses: (value) => uses.get(value) ?? [] };
}

/** The other input of a node with two inputs, such as Add. */
export function otherInput({ node, index }: ValueUse): string {
  return node.inputs[1 - index] ?? '';
}
