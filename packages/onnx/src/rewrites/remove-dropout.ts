import type { DropoutSite } from '../blocks/dropout.ts';
import type { OnnxModel, OnnxNode } from '../model/onnx-model.ts';
import { pruneGraph } from './prune-graph.ts';

/**
 * The graph for use of a graph that was built with dropout: values are no longer multiplied by masks, and the masks are no
 * inputs any more. It shares its initializers with the original.
 */
export function removeDropout(model: OnnxModel, sites: readonly Pick<DropoutSite, 'name'>[]): OnnxModel {
  const { graph } = model;
  const names = new Set(sites.map(({ name }) => name));
  const masks = findMasks(graph.nodes, names);
  /** What stands in for a value that was multiplied by a mask. */
  const unmasked = new Map<string, string>();
  const nodes = graph.nodes.flatMap((node): OnnxNode[] => {
    const inputs = node.inputs.map((name) => unmasked.get(name) ?? name);
    const [value = '', mask = ''] = inputs;
    const [output] = node.outputs;
    if (node.opType !== 'Mul' || !masks.has(mask) || output === undefined) return [{ ...node, inputs }];
    unmasked.set(output, value);
    return [];
  });
  const inputs = graph.inputs.filter(({ name }) => !names.has(name));
  return { ...model, graph: pruneGraph({ ...graph, nodes, inputs }) };
}

/** Masks, and what nodes make of them to fit the values that they are for. */
function findMasks(nodes: readonly OnnxNode[], names: ReadonlySet<string>): ReadonlySet<string> {
  const masks = new Set(names);
  for (const { opType, inputs, outputs } of nodes) {
    if (opType !== 'Mul' && masks.has(inputs[0] ?? '')) outputs.forEach((output) => masks.add(output));
  }
  return masks;
}
