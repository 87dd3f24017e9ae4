import type { OnnxModel } from '../model/onnx-model.ts';
import { otherInput, type GraphLinks } from './graph-links.ts';

/** The number of a layer in names of parameters and nodes: `encoder.layer.3.`, `/layers.3/`, `albert_layer_groups.0.`. */
const numberedLayer = /(?:^|[./])(?:albert_layer_groups|layers?|blocks?|h)[./](\d+)[./]/;

/**
 * The layer of each parameter: by its name; for anonymous ones by the bias that is added to their product, or by the name of
 * the node that takes them. A parameter outside the numbered layers belongs to the last layer that begins before it is used:
 * 0 ahead of all layers.
 */
export function findParameterLayers(
  model: OnnxModel,
  names: ReadonlySet<string>,
  links: GraphLinks,
): ReadonlyMap<string, number> {
  const layers = new Map<string, number>();
  let latest = 0;
  for (const node of model.graph.nodes) {
    for (const name of node.inputs) {
      if (!names.has(name) || layers.has(name)) continue;
      const stated = [name, partnerOf(name, links), node.name].map(layerInName).find((layer) => layer !== undefined);
      latest = stated ?? latest;
      layers.set(name, latest);
    }
  }
  return layers;
}

function layerInName(name: string): number | undefined {
  const [, number] = numberedLayer.exec(name) ?? [];
  return number === undefined ? undefined : Number(number) + 1;
}

/** What is added to the product of a weight; empty if nothing is. */
function partnerOf(weight: string, links: GraphLinks): string {
  const product = links.uses(weight).find(({ node }) => node.opType === 'MatMul')?.node.outputs[0] ?? '';
  const sum = links.uses(product).find(({ node }) => node.opType === 'Add');
  return sum === undefined ? '' : otherInput(sum);
}
