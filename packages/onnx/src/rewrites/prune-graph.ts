import type { OnnxGraph, OnnxNode } from '../model/onnx-model.ts';

/** Drops nodes and initializers that no output depends on. Inputs stay, so that the graph keeps its signature. */
export function pruneGraph(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const kept: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((name) => needed.has(name))) {
      kept.push(node);
      usedNames(node).forEach((name) => needed.add(name));
    }
  }
  return {
    ...graph,
    nodes: kept.reverse(),
    initializers: graph.initializers.filter(({ name }) => needed.has(name)),
    valueInfo: graph.valueInfo.filter(({ name }) => needed.has(name)),
  };
}

/** Every value that a node or its subgraphs refer to. */
function usedNames(node: OnnxNode): string[] {
  const subgraphs = Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === 'graph' ? [attribute.value] : attribute.kind === 'graphs' ? attribute.value : [],
  );
  const inner = subgraphs.flatMap((graph) => [
    ...graph.nodes.flatMap(usedNames),
    ...graph.outputs.map(({ name }) => name),
  ]);
  return [...node.inputs, ...inner];
}
