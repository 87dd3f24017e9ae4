import { PolyheadError, type RandomGenerator, type Tensor } from '@polyhead/types';

import { assertValidGraph } from '../model/assert-valid-graph.ts';
import { floatAttribute, intAttribute, readIntAttribute } from '../model/attributes.ts';
import type { OnnxInitializer, OnnxModel, OnnxNode } from '../model/onnx-model.ts';
import { createGraphLinks, type GraphLinks } from '../parameters/graph-links.ts';
import { adapterOf, type LowRankAdapter } from './adapter-names.ts';
import { assertAdapterScale, type AdapterScale } from './adapter-scale.ts';

/** Which weights are adapted, and how. */
export interface AddAdaptersOptions extends AdapterScale {
  /** Source of the first values. */
  readonly random: RandomGenerator;
  /** Whether a linear weight is adapted, by its name. @default query and value projections of attention, or all three where they are one weight */
  readonly match?: (parameterName: string) => boolean;
}

/** A model with adapters. */
export interface AdaptedModel {
  readonly model: OnnxModel;
  /** In the order of the graph. */
  readonly adapters: readonly LowRankAdapter[];
}

/** Names of query and value projections over all architectures. */
const queryOrValue = /\.(?:query|value|query_proj|value_proj|q_lin|v_lin|q_proj|v_proj|q|v|Wqkv)\.weight$/;

/**
 * Puts low-rank adapters (LoRA, Hu et al. 2022) beside linear weights of a graph of {@link buildEncoderModel}:
 * `y = x W^T + b + (alpha / rank) (x A^T) B^T`, with new initializers A `[rank, inputs]`, uniform within 1 / sqrt(inputs) as
 * in the PEFT library, and B `[outputs, rank]`, zero. So the model computes at first what it computed before. A weight that
 * several layers share has one adapter.
 * @throws {PolyheadError} INVALID_ARGUMENT if no linear weight `[outputs, inputs]` of the graph matches, or a rank or alpha
 * is not usable
 */
export function addLowRankAdapters(model: OnnxModel, options: AddAdaptersOptions): AdaptedModel {
  assertAdapterScale(options);
  const { graph } = model;
  const { match = (name: string): boolean => queryOrValue.test(name) } = options;
  const links = createGraphLinks(graph);
  const adapted = new Map<string, LowRankAdapter>();
  const initializers: OnnxInitializer[] = [];
  for (const { name, tensor } of graph.initializers) {
    const adapter = adapterOf(name);
    if (adapter === undefined || !isLinearWeight(name, tensor, links) || !match(name)) continue;
    adapted.set(name, adapter);
    initializers.push(...createMatrices(adapter, tensor, options));
  }
  if (adapted.size === 0) throw nothingMatches(model);
  const result = {
    ...graph,
    nodes: graph.nodes.flatMap((node) => adaptNode(node, adapted.get(node.inputs[1] ?? ''), options)),
    initializers: [...graph.initializers, ...initializers],
  };
  assertValidGraph(result);
  return { model: { ...model, graph: result }, adapters: [...adapted.values()] };
}

function isLinearWeight(name: string, tensor: Tensor, links: GraphLinks): boolean {
  const uses = links.uses(name);
  const isLinear = uses.every(
    ({ node, index }) => node.opType === 'Gemm' && index === 1 && readIntAttribute(node, 'transB', 0) === 1,
  );
  return uses.length > 0 && isLinear && tensor.dataType === 'float32' && tensor.shape.length === 2;
}

/** PEFT's Kaiming-uniform with a = sqrt(5) is uniform within 1 / sqrt(inputs). */
function createMatrices(
  { weight, down, up }: LowRankAdapter,
  { shape: [outputs = 0, inputs = 0] }: Tensor,
  { rank, random }: AddAdaptersOptions,
): OnnxInitializer[] {
  const source = random.fork(weight);
  const bound = 1 / Math.sqrt(inputs);
  const first = Float32Array.from({ length: rank * inputs }, () => (2 * source.next() - 1) * bound);
  return [
    { name: down, tensor: { dataType: 'float32', shape: [rank, inputs], data: first } },
    { name: up, tensor: { dataType: 'float32', shape: [outputs, rank], data: new Float32Array(outputs * rank) } },
  ];
}

function adaptNode(node: OnnxNode, adapter: LowRankAdapter | undefined, { rank, alpha }: AdapterScale): OnnxNode[] {
  if (adapter === undefined) return [node];
  const [input = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const frozen = `${output}/frozen`;
  const narrow = `${output}/narrow`;
  const attributes = { transB: intAttribute(1) };
  const common = { opType: 'Gemm', domain: '' };
  return [
    { ...node, outputs: [frozen] },
    { ...common, name: `${node.name}/lora_A`, inputs: [input, adapter.down], outputs: [narrow], attributes },
    {
      ...common,
      name: `${node.name}/lora_B`,
      inputs: [narrow, adapter.up, frozen],
      outputs: [output],
      attributes: { ...attributes, alpha: floatAttribute(alpha / rank) },
    },
  ];
}

function nothingMatches({ graph }: OnnxModel): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', {
    message: `No linear weight of the ONNX graph "${graph.name}" matches, so there is nothing to adapt.`,
    remedy:
      'Match names such as "encoder.layer.0.attention.self.query.weight"; graphs of other exporters have anonymous weights and cannot be adapted.',
  });
}
