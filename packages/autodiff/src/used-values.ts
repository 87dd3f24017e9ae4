import type { OnnxGraph, OnnxNode } from '@polyhead/onnx';

/** Every value that a node refers to, also inside of its subgraphs. */
export function usedValues(node: OnnxNode): readonly string[] {
  const inner = Object.values(node.attributes).flatMap((attribute): readonly OnnxGraph[] =>
    attribute.kind === 'graph' ? [attribute.value] : attribute.kind === 'graphs' ? attribute.value : [],
  );
  const names = inner.flatMap((graph) => [
    ...graph.nodes.flatMap(usedValues),
    ...graph.outputs.map(({ name }) => name),
  ]);
  return [...node.inputs, ...names].filter((name) => name !== '');
}
