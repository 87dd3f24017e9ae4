import { pruneGraph, type OnnxGraph, type OnnxModel, type OnnxNode, type OnnxValueInfo } from '@polyhead/onnx';

import { declaredShape, gradientName, type GradientGraph } from './differentiate.ts';
import { cheapOperators, quickOperators, viewOperators } from './recomputation.ts';
import { usedValues } from './used-values.ts';

/** The two halves of a gradient graph. */
export interface SplitGradients {
  /** Takes the forward inputs; gives the outputs and the saved values. */
  readonly forward: OnnxModel;
  /** Takes saved values, forward inputs it needs and the output gradients; gives the gradients of the targets. */
  readonly backward: OnnxModel;
  /** Values that go from one to the other. An output may be among them. */
  readonly saved: readonly string[];
}

/**
 * Splits a gradient graph where the loss sits between its halves. Each value that the backward half needs is saved once;
 * what costs next to nothing is made again: other views of saved values, and what follows from ids and masks alone.
 */
export function splitAtSeam(gradients: GradientGraph): SplitGradients {
  const { model, outputs, targets } = gradients;
  const { graph } = model;
  const isForward = (node: OnnxNode): boolean => node.outputs.some((name) => gradients.forwardValues.has(name));
  const forwardNodes = graph.nodes.filter(isForward);
  const backwardNodes = graph.nodes.filter((node) => !isForward(node));

  const { saved, recomputed } = chooseSaved(gradients, { forwardNodes, backwardNodes });
  const describe = (name: string): OnnxValueInfo => {
    const value = gradients.values.get(name);
    return { name, dataType: value?.dataType ?? 'float32', shape: declaredShape(value?.shapes ?? []) };
  };
  const fromOutside = new Set(outputs.map(gradientName));
  const isGradient = ({ name }: OnnxValueInfo): boolean => fromOutside.has(name);
  const forwardOutputs = graph.outputs.filter(({ name }) => outputs.includes(name));
  const forward: OnnxGraph = {
    ...graph,
    nodes: forwardNodes,
    inputs: graph.inputs.filter((input) => !isGradient(input)),
    outputs: [...forwardOutputs, ...saved.filter((name) => !outputs.includes(name)).map(describe)],
  };
  const nodes = graph.nodes.filter((node) => recomputed.has(node) || !isForward(node));
  const used = new Set(nodes.flatMap(usedValues));
  const backward: OnnxGraph = {
    ...graph,
    nodes,
    inputs: [...graph.inputs.filter(({ name }) => used.has(name)), ...saved.map(describe)],
    outputs: graph.outputs.filter(({ name }) => targets.map(gradientName).includes(name)),
    valueInfo: [],
  };
  return {
    forward: { ...model, graph: pruneGraph(forward) },
    backward: { ...model, graph: pruneGraph(backward) },
    saved,
  };
}

/** Which forward values are kept, and which forward nodes run again. */
function chooseSaved(
  gradients: GradientGraph,
  halves: { readonly forwardNodes: readonly OnnxNode[]; readonly backwardNodes: readonly OnnxNode[] },
): { readonly saved: readonly string[]; readonly recomputed: ReadonlySet<OnnxNode> } {
  const makers = new Map(halves.forwardNodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const cheap = findCheapValues(gradients, halves.forwardNodes);
  const saved = new Set<string>();
  const recomputed = new Set<OnnxNode>();
  const require = (name: string): void => {
    const maker = makers.get(name);
    if (maker === undefined) return;
    if (cheap.has(name) || viewOperators.has(maker.opType)) {
      if (recomputed.has(maker)) return;
      recomputed.add(maker);
      usedValues(maker).forEach(require);
    } else {
      saved.add(name);
    }
  };
  halves.backwardNodes.flatMap(usedValues).forEach(require);
  for (const node of halves.forwardNodes) {
    const isAvailable = (name: string): boolean => {
      const maker = makers.get(name);
      return maker === undefined || saved.has(name) || recomputed.has(maker);
    };
    const [result = ''] = node.outputs;
    if (saved.has(result) && quickOperators.has(node.opType) && usedValues(node).every(isAvailable)) {
      saved.delete(result);
      recomputed.add(node);
    }
  }
  return { saved: [...saved], recomputed };
}

/** Values that follow from integer inputs, small initializers and each other by cheap operators, and from no parameter. */
function findCheapValues(gradients: GradientGraph, nodes: readonly OnnxNode[]): ReadonlySet<string> {
  const { graph } = gradients.model;
  const cheap = new Set<string>(graph.inputs.map(({ name }) => name));
  graph.initializers.forEach(({ name }) => cheap.add(name));
  for (const node of nodes) {
    const isCheap =
      cheapOperators.has(node.opType) &&
      node.domain === '' &&
      !node.outputs.some((name) => gradients.active.has(name)) &&
      usedValues(node).every((name) => cheap.has(name));
    if (isCheap) node.outputs.forEach((name) => cheap.add(name));
  }
  return cheap;
}
