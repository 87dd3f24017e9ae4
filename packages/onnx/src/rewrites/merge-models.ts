import { PolyheadError } from '@polyhead/types';

import { assertValidGraph } from '../model/assert-valid-graph.ts';
import type { OnnxModel, OnnxOpset, OnnxValueInfo } from '../model/onnx-model.ts';

import { renameValues } from './rename-values.ts';

/** How a second graph is put behind a first. */
export interface MergeOptions {
  /** For inputs of the second graph: the value of the first that they take. Other inputs stay inputs. */
  readonly connect: Readonly<Record<string, string>>;
  /** Put before the names of the second graph's values, except its outputs and the inputs that stay. */
  readonly prefix: string;
  /** Outputs of the first graph that the merged one keeps. @default all */
  readonly keepOutputs?: readonly string[];
}

/**
 * One graph out of two, the second behind the first. Both must use the same version of each operator set.
 * @throws {PolyheadError} GRAPH_INVALID if a connected value does not exist or a name is taken, ONNX_UNSUPPORTED if operator sets differ
 */
export function mergeModels(first: OnnxModel, second: OnnxModel, options: MergeOptions): OnnxModel {
  const { connect, prefix, keepOutputs } = options;
  const unchanged = new Set([...second.graph.inputs, ...second.graph.outputs].map(({ name }) => name));
  for (const name of Object.keys(connect)) {
    if (!second.graph.inputs.some((input) => input.name === name)) throw noSuchInput(second, name);
  }
  const behind = renameValues(second.graph, (name) => connect[name] ?? (unchanged.has(name) ? name : prefix + name));
  const firstInputs = new Set(first.graph.inputs.map(({ name }) => name));
  const connected = new Set(Object.values(connect));
  const isFree = ({ name }: OnnxValueInfo): boolean => !connected.has(name) && !firstInputs.has(name);
  const graph = {
    name: first.graph.name,
    nodes: [...first.graph.nodes, ...behind.nodes],
    inputs: [...first.graph.inputs, ...behind.inputs.filter(isFree)],
    outputs: [...first.graph.outputs.filter(({ name }) => keepOutputs?.includes(name) ?? true), ...behind.outputs],
    initializers: [...first.graph.initializers, ...behind.initializers],
    valueInfo: [...first.graph.valueInfo, ...behind.valueInfo],
  };
  assertValidGraph(graph);
  return {
    ...first,
    irVersion: Math.max(first.irVersion, second.irVersion),
    opsets: mergeOpsets(first.opsets, second.opsets),
    graph,
  };
}

function mergeOpsets(first: readonly OnnxOpset[], second: readonly OnnxOpset[]): OnnxOpset[] {
  const merged = new Map(first.map(({ domain, version }) => [domain, version]));
  for (const { domain, version } of second) {
    const known = merged.get(domain);
    if (known !== undefined && known !== version) {
      throw new PolyheadError('ONNX_UNSUPPORTED', {
        message: `The graphs to merge use versions ${known} and ${version} of operator set "${domain || 'ai.onnx'}".`,
        remedy: 'Build the second graph with the version of the first.',
      });
    }
    merged.set(domain, version);
  }
  return [...merged].map(([domain, version]) => ({ domain, version }));
}

function noSuchInput(model: OnnxModel, name: string): PolyheadError {
  return new PolyheadError('GRAPH_INVALID', {
    message: `The ONNX graph "${model.graph.name}" has no input "${name}" to connect (inputs: ${model.graph.inputs.map((input) => input.name).join(', ')}).`,
    remedy: 'Name an input of the second graph.',
  });
}
