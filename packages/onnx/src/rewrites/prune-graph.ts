import type { OnnxGraph, OnnxNode } from '../model/onnx-model.ts';
import { usedValues } from '../model/used-values.ts';

/** Drops nodes and initializers that no output depends on. Inputs stay, so that the graph keeps its signature. */
export function pruneGraph(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const kept: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((name) => needed.has(name))) {
      kept.push(node);
      usedValues(node).forEach((name) => needed.add(name));
    }
  }
  return {
    ...graph,
    nodes: kept.reverse(),
    initializers: graph.initializers.filter(({ name }) => needed.has(name)),
    valueInfo: graph.valueInfo.filter(({ name }) => needed.has(name)),
  };
}
