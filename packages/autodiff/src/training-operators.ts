import type { OnnxModel, OnnxNode } from '@polyhead/onnx';

import { foldScales, type ObservedModel } from './fold-scales.ts';
import type { PreparedNode } from './gradient-rule.ts';
import { nodePreparations, trainingOperators } from './gradient-rules.ts';
import type { ObservedValue } from './observe-values.ts';

/**
 * Rewrites forward nodes that have a form in which forward and backward pass share work. Results stay the same, but for rounding.
 * @param gradients the nodes that gradients pass through, others stay; and the values that they are for
 */
export function prepareForTraining(
  { model, values }: ObservedModel,
  { nodes, targets }: { readonly nodes: ReadonlySet<OnnxNode>; readonly targets: ReadonlySet<string> },
): ObservedModel {
  const known = new Map(values);
  const describe = (name: string): ObservedValue => known.get(name) ?? { dataType: 'float32', shapes: [] };
  const prepared = model.graph.nodes.flatMap((node) => {
    const result: PreparedNode | undefined = nodes.has(node)
      ? nodePreparations[node.opType]?.(node, describe)
      : undefined;
    result?.values.forEach((value, name) => known.set(name, value));
    return result?.nodes ?? [node];
  });
  const written = { model: { ...model, graph: { ...model.graph, nodes: prepared } }, values: known };
  const folded = foldScales(written, targets);
  const { graph } = folded.model;
  const made = new Set([
    ...[...graph.inputs, ...graph.initializers].map(({ name }) => name),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]);
  return { model: folded.model, values: new Map([...folded.values].filter(([name]) => made.has(name))) };
}

/** Replaces operators that exist only while a gradient is written by standard ones. */
export function expandTrainingOperators(model: OnnxModel): OnnxModel {
  const nodes = model.graph.nodes.flatMap((node) => trainingOperators[node.opType]?.expand(node) ?? [node]);
  return { ...model, graph: { ...model.graph, nodes } };
}
