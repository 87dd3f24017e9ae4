import type { OnnxAttribute, OnnxGraph, OnnxNode } from '../model/onnx-model.ts';

/** A graph with every value and node under another name, also in subgraphs. Optional inputs that are not given stay empty. */
export function renameValues(graph: OnnxGraph, rename: (name: string) => string): OnnxGraph {
  const renamed = (name: string): string => (name === '' ? '' : rename(name));
  return {
    ...graph,
    inputs: graph.inputs.map((value) => ({ ...value, name: renamed(value.name) })),
    outputs: graph.outputs.map((value) => ({ ...value, name: renamed(value.name) })),
    valueInfo: graph.valueInfo.map((value) => ({ ...value, name: renamed(value.name) })),
    initializers: graph.initializers.map((value) => ({ ...value, name: renamed(value.name) })),
    nodes: graph.nodes.map((node) => renameNode(node, renamed)),
  };
}

function renameNode(node: OnnxNode, rename: (name: string) => string): OnnxNode {
  const attributes = Object.entries(node.attributes).map(([key, value]) => [key, renameInAttribute(value, rename)]);
  return {
    ...node,
    name: rename(node.name),
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: Object.fromEntries(attributes) as OnnxNode['attributes'],
  };
}

function renameInAttribute(attribute: OnnxAttribute, rename: (name: string) => string): OnnxAttribute {
  if (attribute.kind === 'graph') return { kind: 'graph', value: renameValues(attribute.value, rename) };
  if (attribute.kind === 'graphs') {
    return { kind: 'graphs', value: attribute.value.map((graph) => renameValues(graph, rename)) };
  }
  return attribute;
}
