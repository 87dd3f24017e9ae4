import { PolyheadError } from '@polyhead/types';

import type { OnnxGraph, OnnxNode } from './onnx-model.ts';

/**
 * Checks that every value is made once, before it is used, and that all outputs exist; also in subgraphs.
 * @param outer values of the surrounding graph that a subgraph may use
 * @throws {PolyheadError} GRAPH_INVALID
 */
export function assertValidGraph(graph: OnnxGraph, outer: ReadonlySet<string> = new Set()): void {
  const known = new Set<string>();
  for (const { name } of graph.inputs) {
    define(known, name, `graph input "${name}"`);
  }
  const initializers = new Set<string>();
  for (const { name } of graph.initializers) {
    // Up to IR version 3 every initializer was listed as an input too; since then such a pair is an input with a default.
    define(initializers, name, `initializer "${name}"`);
    known.add(name);
  }
  for (const node of graph.nodes) {
    assertValidNode(node, known, outer);
  }
  for (const { name } of graph.outputs) {
    if (!known.has(name) && !outer.has(name)) {
      throw invalid(`graph output "${name}" is made by no node`);
    }
  }
}

function assertValidNode(node: OnnxNode, known: Set<string>, outer: ReadonlySet<string>): void {
  for (const input of node.inputs) {
    if (input !== '' && !known.has(input) && !outer.has(input)) {
      throw invalid(`${describe(node)} uses the value "${input}", which no earlier node makes`);
    }
  }
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind === 'graph') {
      assertValidGraph(attribute.value, new Set([...outer, ...known]));
    } else if (attribute.kind === 'graphs') {
      attribute.value.forEach((graph) => {
        assertValidGraph(graph, new Set([...outer, ...known]));
      });
    }
  }
  for (const output of node.outputs) {
    if (output !== '') define(known, output, `"${output}", an output of ${describe(node)}`);
  }
}

function define(names: Set<string>, name: string, what: string): void {
  if (names.has(name)) {
    throw invalid(`${what}, is defined twice`);
  }
  names.add(name);
}

function describe(node: OnnxNode): string {
  return `the ${node.opType} node "${node.name || (node.outputs[0] ?? '')}"`;
}

function invalid(problem: string): PolyheadError {
  return new PolyheadError('GRAPH_INVALID', {
    message: `The ONNX graph is not valid: ${problem}.`,
    remedy: 'Check the program that made the model.',
    details: { problem },
  });
}
