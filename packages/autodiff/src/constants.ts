import type { OnnxModel, OnnxNode } from '@polyhead/onnx';
import type { Tensor } from '@polyhead/types';

import type { ObservedValues } from './observe-values.ts';

/** Larger tensors are weights or tables, not settings. */
const largestConstant = 64;

/**
 * Elements of small values that are the same in every run: initializers, Constant nodes, and whatever is computed from them
 * and from fixed sizes. Trained values are not among them.
 */
export function findConstants(
  model: OnnxModel,
  options: { readonly values: ObservedValues; readonly targets: ReadonlySet<string> },
): ReadonlyMap<string, readonly number[]> {
  const { graph } = model;
  const constants = new Map<string, readonly number[]>();
  const note = (name: string, elements: readonly number[] | undefined): void => {
    if (elements !== undefined && !options.targets.has(name)) constants.set(name, elements);
  };
  const varying = new Set(graph.inputs.map(({ name }) => name));
  for (const { name, tensor } of graph.initializers) {
    if (varying.has(name)) continue;
    note(name, toNumbers(tensor));
  }
  for (const node of graph.nodes) {
    const isSize = node.opType === 'Shape' || node.opType === 'Size';
    const isVarying = !isSize && node.inputs.some((name) => varying.has(name));
    for (const name of node.outputs) {
      if (isVarying) varying.add(name);
      else note(name, constantValue(node) ?? options.values.get(name)?.integers);
    }
  }
  return constants;
}

function constantValue(node: OnnxNode): readonly number[] | undefined {
  if (node.opType !== 'Constant') return undefined;
  const [attribute] = Object.values(node.attributes);
  switch (attribute?.kind) {
    case 'tensor':
      return toNumbers(attribute.value);
    case 'int':
    case 'float':
      return [Number(attribute.value)];
    case 'ints':
    case 'floats':
      return Array.from<bigint | number, number>(attribute.value, Number);
    default:
      return undefined;
  }
}

function toNumbers(tensor: Tensor): readonly number[] | undefined {
  if (tensor.dataType === 'float16' || tensor.dataType === 'bfloat16') return undefined;
  return tensor.data.length > largestConstant ? undefined : Array.from<bigint | number, number>(tensor.data, Number);
}
