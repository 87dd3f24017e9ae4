import type { OnnxGraph, OnnxNode } from '@polyhead/onnx';

import type { GradientProblems } from './gradient-problems.ts';
import { findRule, type GradientRules } from './gradient-rules.ts';
import { operatorsWithoutGradient } from './no-gradient.ts';
import type { ObservedValues } from './observe-values.ts';
import { usedValues } from './used-values.ts';

/** The part of a graph that gradients pass through. */
export interface GradientPaths {
  /** Nodes on a path from a target to an output, in the order of the graph. */
  readonly nodes: readonly OnnxNode[];
  /** Values that depend on a target. */
  readonly active: ReadonlySet<string>;
  /** Values that an output depends on. */
  readonly needed: ReadonlySet<string>;
}

/** Finds the nodes between targets and outputs, and notes those that have no rule. */
export function findGradientPaths(
  graph: OnnxGraph,
  options: {
    readonly targets: readonly string[];
    readonly outputs: readonly string[];
    readonly values: ObservedValues;
    readonly problems: GradientProblems;
    readonly rules?: GradientRules | undefined;
  },
): GradientPaths {
  const { targets, outputs, values, problems } = options;
  const needed = findNeeded(graph, outputs);
  const active = new Set(targets);
  const nodes: OnnxNode[] = [];
  for (const node of graph.nodes) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    if (!usedValues(node).some((name) => active.has(name))) continue;
    if (isFlat(node, options.rules)) continue;
    const types = new Set(node.outputs.map((name) => values.get(name)?.dataType));
    if (isOtherFloat(types)) problems.note(node, `its result is ${[...types].join(', ')} and not float32`);
    if (!types.has('float32')) continue;
    if (findRule(node, options.rules) === undefined) problems.note(node);
    nodes.push(node);
    node.outputs.filter((name) => name !== '').forEach((name) => active.add(name));
  }
  return { nodes, active, needed };
}

function findNeeded(graph: OnnxGraph, outputs: readonly string[]): ReadonlySet<string> {
  const needed = new Set(outputs);
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((name) => needed.has(name))) usedValues(node).forEach((name) => needed.add(name));
  }
  return needed;
}

/** True if no gradient passes the node, and the caller has no other opinion. */
function isFlat({ domain, opType }: OnnxNode, rules: GradientRules = {}): boolean {
  return domain === '' && operatorsWithoutGradient.has(opType) && !Object.hasOwn(rules, opType);
}

function isOtherFloat(types: ReadonlySet<string | undefined>): boolean {
  return types.has('float64') || types.has('float16') || types.has('bfloat16');
}
