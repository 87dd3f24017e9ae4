import { PolyheadError, type PoolingMode } from '@polyhead/types';

import { float32Code, maskedScore } from '../blocks/attention-bias.ts';
import { meanOfTokens, tokenCount, weightedSum } from '../blocks/mean-pooling.ts';
import { extendModel, type GraphBuilder } from '../builder/graph-builder.ts';
import { intAttribute } from '../model/attributes.ts';
import type { OnnxModel, OnnxValueInfo } from '../model/onnx-model.ts';
import { reduceMax, standardOpset } from './operator-version.ts';
import { pruneGraph } from './prune-graph.ts';

/** How token states become one embedding. */
export interface PoolingOptions {
  readonly pooling: PoolingMode;
  /** Divides each embedding by its Euclidean length. */
  readonly normalize: boolean;
}

/** What the poolings work with. */
interface TokenStates {
  readonly builder: GraphBuilder;
  readonly opset: number;
  /** float32 `[batch, sequence, hidden]` */
  readonly states: string;
  /** float32 `[batch, sequence]`, 1 at tokens. */
  readonly mask: string;
}

/** Names under which encoders give their token states; otherwise the first output of three dimensions. */
const stateNames: readonly string[] = ['last_hidden_state', 'token_embeddings'];

/**
 * Replaces the outputs of an encoder graph by `sentence_embedding`, float32 `[batch, hidden]`. Works on graphs of
 * {@link buildEncoderModel} and on foreign ones that have an `attention_mask` input and give token states.
 * The poolings are those of the sentence-transformers library; padding counts in none of them.
 * @throws {PolyheadError} GRAPH_INVALID if there is no such input or output, ONNX_UNSUPPORTED below operator set 13
 */
export function appendPooling(model: OnnxModel, options: PoolingOptions): OnnxModel {
  const opset = standardOpset(model);
  const output = findTokenStates(model);
  if (!model.graph.inputs.some(({ name }) => name === 'attention_mask')) {
    throw notAnEncoder(model, 'it has no input "attention_mask"');
  }
  const builder = extendModel(model);
  const embedding = builder.within('pooling', () => {
    const toFloat = (value: string): string => builder.operation('Cast', [value], { to: intAttribute(float32Code) });
    const states = output.dataType === 'float32' ? output.name : toFloat(output.name);
    const pooled = poolings[options.pooling]({ builder, opset, states, mask: toFloat('attention_mask') });
    return options.normalize ? normalize(builder, pooled) : pooled;
  });
  builder.output('sentence_embedding', embedding, { dataType: 'float32', shape: ['batch', output.shape?.[2]] });
  const extended = builder.build();
  return { ...extended, graph: pruneGraph(extended.graph) };
}

const poolings: Readonly<Record<PoolingMode, (tokens: TokenStates) => string>> = {
  cls: ({ builder, states }) => builder.operation('Gather', [states, builder.integer(0)], { axis: intAttribute(1) }),
  mean: ({ builder, states, mask }) => meanOfTokens(builder, states, mask),
  'mean-sqrt-length': ({ builder, states, mask }) =>
    builder.operation('Div', [
      weightedSum(builder, states, mask),
      builder.operation('Sqrt', [tokenCount(builder, mask)]),
    ]),
  max(tokens) {
    const { builder, mask, states } = tokens;
    const padding = builder.operation('Sub', [builder.scalar(1), mask]);
    const lowest = builder.operation('Mul', [padding, builder.scalar(maskedScore)]);
    const bias = builder.operation('Unsqueeze', [lowest, builder.integers([2])]);
    return reduceMax(builder, builder.operation('Add', [states, bias]), { axis: 1, opset: tokens.opset });
  },
  last({ builder, states, mask }) {
    const running = builder.operation('CumSum', [mask, builder.integer(1)]);
    const isLast = builder.operation('Equal', [running, tokenCount(builder, mask)]);
    const selected = builder.operation('Cast', [isLast], { to: intAttribute(float32Code) });
    // Behind the last token the running count stays the same; the mask takes that padding out.
    return weightedSum(builder, states, builder.operation('Mul', [selected, mask]));
  },
};

/** Divides rows of `[batch, hidden]` by their Euclidean length (at least 1e-12, as PyTorch does). */
function normalize(builder: GraphBuilder, input: string): string {
  const squares = builder.operation('Mul', [input, input]);
  const length = builder.operation('Sqrt', [builder.operation('ReduceSum', [squares, builder.integers([1])])]);
  return builder.operation('Div', [input, builder.operation('Max', [length, builder.scalar(1e-12)])]);
}

function findTokenStates(model: OnnxModel): OnnxValueInfo {
  const { outputs } = model.graph;
  const found =
    stateNames.map((name) => outputs.find((output) => output.name === name)).find((output) => output !== undefined) ??
    outputs.find(({ shape }) => shape?.length === 3);
  if (found === undefined) {
    throw notAnEncoder(model, 'it has no output of shape [batch, sequence, hidden]');
  }
  return found;
}

function notAnEncoder(model: OnnxModel, problem: string): PolyheadError {
  const names = (values: readonly OnnxValueInfo[]): string => values.map(({ name }) => name).join(', ');
  return new PolyheadError('GRAPH_INVALID', {
    message: `The ONNX graph "${model.graph.name}" is not a text encoder: ${problem} (inputs: ${names(model.graph.inputs)}; outputs: ${names(model.graph.outputs)}).`,
    remedy: 'Use the ONNX file of a feature-extraction model.',
  });
}
