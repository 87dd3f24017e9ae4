import { PolyheadError, type Activation, type AffineForm } from '@polyhead/types';

import { createGraphBuilder, extendModel, type GraphBuilder } from '../builder/graph-builder.ts';
import { intAttribute } from '../model/attributes.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import { standardOpset } from './operator-version.ts';
import { pruneGraph } from './prune-graph.ts';

/** A head to put behind an embedding. */
export interface AppendHeadOptions {
  /** Prefix of its nodes and weights: `heads/NAME/...`. */
  readonly name: string;
  /** A float32 value `[batch, dimension]` of the graph, such as `sentence_embedding`. */
  readonly input: string;
  readonly affine: AffineForm;
  readonly activation: Activation;
  /** Name of the output `[batch, outputs]` that is added. @default the name */
  readonly outputName?: string;
}

/** An input that heads are put behind, for graphs that hold heads alone. */
export interface HeadInputOptions {
  readonly name: string;
  /** @default 'logits', the name that published linear heads give to their input */
  readonly input?: string;
  readonly dimension: number;
}

/**
 * A graph with one float32 input `[batch, dimension]` and nothing else, to append heads to. It uses operator set 17, so that
 * older runtimes can load it.
 */
export function createHeadInputModel({ name, input = 'logits', dimension }: HeadInputOptions): OnnxModel {
  const builder = createGraphBuilder({ name, opset: 17 });
  builder.input(input, { dataType: 'float32', shape: ['batch', dimension] });
  return builder.build();
}

/**
 * Adds a head to a graph: embedding * weights^T + bias, then the activation. The graph keeps its outputs and gets one more.
 * @throws {PolyheadError} SHAPE_MISMATCH, GRAPH_INVALID, ONNX_UNSUPPORTED below operator set 13
 */
export function appendHead(model: OnnxModel, options: AppendHeadOptions): OnnxModel {
  standardOpset(model);
  const { name, input, affine, activation, outputName = name } = options;
  const { outputs, weights, bias } = affine;
  const dimension = weights.length / outputs;
  if (!Number.isInteger(dimension) || bias.length !== outputs) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `Head "${name}" has ${outputs} outputs, but ${weights.length} weights and ${bias.length} biases.`,
      remedy: 'Weights must be [outputs, dimension] and the bias [outputs].',
      details: { head: name },
    });
  }
  const builder = extendModel(model);
  const path = `heads/${name}`;
  const scores = builder.within(path, () => {
    const matrix = builder.initializer(`${path}/weights`, {
      dataType: 'float32',
      shape: [outputs, dimension],
      data: weights,
    });
    const vector = builder.initializer(`${path}/bias`, { dataType: 'float32', shape: [outputs], data: bias });
    const logits = builder.operation('Gemm', [input, matrix, vector], { transB: intAttribute(1) });
    return activations[activation](builder, logits);
  });
  for (const output of model.graph.outputs) builder.output(output.name, output.name, output);
  builder.output(outputName, scores, { dataType: 'float32', shape: ['batch', outputs] });
  return builder.build();
}

const activations: Readonly<Record<Activation, (builder: GraphBuilder, logits: string) => string>> = {
  identity: (_, logits) => logits,
  softmax: (builder, logits) => builder.operation('Softmax', [logits], { axis: intAttribute(-1) }),
  sigmoid: (builder, logits) => builder.operation('Sigmoid', [logits]),
  'normalized-sigmoid'(builder, logits) {
    const scores = builder.operation('Sigmoid', [logits]);
    return builder.operation('Div', [scores, builder.operation('ReduceSum', [scores, builder.integers([1])])]);
  },
};

/** Which probabilities become pairs. */
export interface LabelOutputOptions {
  /** An output `[batch, labels]` of the graph; it is replaced. */
  readonly probabilities: string;
  /** Names of the new outputs, in the order of the columns. */
  readonly labels: readonly string[];
}

/**
 * Replaces an output `[batch, labels]` of probabilities by one output a label, `[batch, 2]`, named after the label:
 * column 0 is the probability of no, column 1 that of yes. Multi-label linear heads are published in this form.
 * @throws {PolyheadError} GRAPH_INVALID if there is no such output, or a label's name is taken
 */
export function splitLabelOutputs(model: OnnxModel, { probabilities, labels }: LabelOutputOptions): OnnxModel {
  const kept = model.graph.outputs.filter(({ name }) => name !== probabilities);
  if (kept.length === model.graph.outputs.length) {
    throw new PolyheadError('GRAPH_INVALID', {
      message: `The ONNX graph "${model.graph.name}" has no output "${probabilities}".`,
      remedy: 'Append the head first.',
    });
  }
  const builder = extendModel(model);
  for (const output of kept) builder.output(output.name, output.name, output);
  const opposite = builder.operation('Sub', [builder.scalar(1), probabilities]);
  labels.forEach((label, column) => {
    const [no = '', yes = ''] = [opposite, probabilities].map((values) =>
      builder.operation('Slice', [
        values,
        builder.integers([column]),
        builder.integers([column + 1]),
        builder.integers([1]),
      ]),
    );
    const pair = builder.operation('Concat', [no, yes], { axis: intAttribute(1) });
    builder.output(label, pair, { dataType: 'float32', shape: ['batch', 2] });
  });
  const extended = builder.build();
  return { ...extended, graph: pruneGraph(extended.graph) };
}
