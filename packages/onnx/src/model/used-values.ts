import type { OnnxNode } from './onnx-model.ts';

/** Every value that a node or its subgraphs refer to. */
export function usedValues(node: OnnxNode): string[] {
  const subgraphs = Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === 'graph' ? [attribute.value] : attribute.kind === 'graphs' ? attribute.value : [],
  );
  const inner = subgraphs.flatMap((graph) => [
    ...graph.nodes.flatMap(usedValues),
    ...graph.outputs.map(({ name }) => name),
  ]);
  return [...node.inputs, ...inner];
}
