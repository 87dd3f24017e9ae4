import { assertValidGraph, createGraphBuilder, type OnnxModel } from '@polyhead/onnx';
import { PolyheadError } from '@polyhead/types';
import type { ModelHead } from '../model.ts';
import { addHead, requireExportedHead } from './affine-head.ts';
import { outputName } from './head-model.ts';

/** The graph from tokens to the scores of all heads. */
export interface MergedModel {
  readonly model: OnnxModel;
  readonly inputs: readonly string[];
  /** Names of the outputs by head. */
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Puts heads on an encoder graph. Inputs are the encoder's; there is one output `[batch, labels]` a head, named
 * `HEAD_probabilities` (`HEAD_scores` for decision values, `HEAD_values` for regression).
 * @param encoder with one output `[batch, dimension]`
 * @throws {PolyheadError} EXPORT_UNSUPPORTED, GRAPH_INVALID
 */
export function toMergedModel(encoder: OnnxModel, heads: readonly ModelHead[]): MergedModel {
  const [embedding, ...rest] = encoder.graph.outputs;
  if (embedding === undefined || rest.length > 0) {
    throw new PolyheadError('INTERNAL', {
      message: `The graph of the encoder has ${encoder.graph.outputs.length} outputs instead of one.`,
    });
  }
  const opset = encoder.opsets.find(({ domain }) => domain === '')?.version ?? 17;
  const builder = createGraphBuilder({ name: 'heads', opset });
  const outputs = new Map<string, string>();
  const prefix = freePrefix(encoder);
  const input = builder.input(embedding.name, { dataType: 'float32', shape: ['batch', heads[0]?.fitted.dimension] });
  for (const head of heads) {
    const { fitted, name } = head;
    const scope = `${prefix}/${name}`;
    const value = addHead(builder, { scope, input, ...requireExportedHead(head), dimension: fitted.dimension });
    const output = `${name}_${outputName(head)}`;
    builder.within(scope, () => {
      builder.output(output, value, { dataType: 'float32', shape: ['batch', fitted.labels.length] });
    });
    outputs.set(name, output);
  }
  const model = append(encoder, builder.build());
  assertValidGraph(model.graph);
  return { model, inputs: model.graph.inputs.map((value) => value.name), outputs };
}

/** A first part of names that the graph does not use yet. */
function freePrefix({ graph }: OnnxModel): string {
  const names = graph.nodes.flatMap((node) => [node.name, ...node.outputs]);
  const used = new Set([...names, ...graph.initializers.map(({ name }) => name)].map((name) => name.split('/')[0]));
  let prefix = 'heads';
  while (used.has(prefix)) prefix += '_';
  return prefix;
}

/** The second graph after the first; the first one's output is the second one's input. */
function append(first: OnnxModel, second: OnnxModel): OnnxModel {
  return {
    ...first,
    producerName: second.producerName,
    graph: {
      ...first.graph,
      nodes: [...first.graph.nodes, ...second.graph.nodes],
      initializers: [...first.graph.initializers, ...second.graph.initializers],
      outputs: second.graph.outputs,
    },
  };
}
