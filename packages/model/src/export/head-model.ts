import { createGraphBuilder, type OnnxModel } from '@polyhead/onnx';
import { PolyheadError, type AffineForm } from '@polyhead/types';
import type { ModelHead } from '../model.ts';
import { addAffineMap, addHead, requireExportedHead, type ExportedHead } from './affine-head.ts';

/** Operator set of exported heads: old enough for every runtime in use. */
const opset = 17;
const scope = 'polyhead';

/** The graph of one head, and what it is called with. */
export interface HeadModel {
  readonly model: OnnxModel;
  readonly input: string;
  readonly outputs: readonly string[];
  /** True for one output `[batch, 2]` a label instead of one `[batch, labels]` for all. */
  readonly outputPerLabel: boolean;
}

/**
 * The graph of a head alone: an embedding in, its scores out.
 *
 * A multi-label head with independent probabilities has the format in which such heads are published on the Hugging Face
 * hub: one input `logits` `[batch, dimension]`, which takes the embedding in spite of its name, and one output
 * `[batch, 2]` a label, named after it; column 1 is the probability of the label, column 0 the rest.
 * Every other head has the input `embedding` and one output `[batch, labels]`, see {@link outputName}.
 * @throws {PolyheadError} EXPORT_UNSUPPORTED
 */
export function toHeadModel(head: ModelHead): HeadModel {
  const { fitted } = head;
  const exported = requireExportedHead(head);
  return fitted.task === 'multi-label' && fitted.activation === 'sigmoid'
    ? toOutputPerLabelModel(head, exported.affine)
    : toSingleOutputModel(head, exported);
}

/** The name of what a head puts out: `probabilities`, `scores` for decision values, `values` for regression. */
export function outputName({ fitted }: ModelHead): 'probabilities' | 'scores' | 'values' {
  if (fitted.task === 'regression') return 'values';
  return fitted.activation === 'identity' ? 'scores' : 'probabilities';
}

function toSingleOutputModel(head: ModelHead, exported: ExportedHead): HeadModel {
  const { fitted, name } = head;
  const builder = createGraphBuilder({ name, opset });
  const { dimension, labels } = fitted;
  const input = builder.input('embedding', { dataType: 'float32', shape: ['batch', dimension] });
  const value = addHead(builder, { scope, input, ...exported, dimension });
  const output = outputName(head);
  builder.output(output, value, { dataType: 'float32', shape: ['batch', labels.length] });
  return { model: builder.build(), input, outputs: [output], outputPerLabel: false };
}

function toOutputPerLabelModel({ fitted, name }: ModelHead, affine: AffineForm): HeadModel {
  const { dimension, labels } = fitted;
  assertUsableAsOutputs(name, labels);
  const builder = createGraphBuilder({ name, opset });
  const input = builder.input('logits', { dataType: 'float32', shape: ['batch', dimension] });
  builder.within(scope, () => {
    const logits = addAffineMap(builder, { scope, input, affine: withOpposites(affine, dimension), dimension });
    const probabilities = builder.operation('Sigmoid', [logits]);
    const sizes = builder.initializer(`${scope}/sizes`, {
      dataType: 'int64',
      shape: [labels.length],
      data: new BigInt64Array(labels.length).fill(2n),
    });
    builder.node('Split', [probabilities, sizes], {
      attributes: { axis: { kind: 'int', value: 1n } },
      outputs: labels,
    });
  });
  for (const label of labels) builder.output(label, label, { dataType: 'float32', shape: ['batch', 2] });
  return { model: builder.build(), input, outputs: labels, outputPerLabel: true };
}

/** Rows of the weights in pairs, negated and as they are: sigmoid(-z) is 1 - sigmoid(z), without loss near 0. */
function withOpposites({ weights, bias, outputs }: AffineForm, dimension: number): AffineForm {
  const pairs = new Float32Array(weights.length * 2);
  const pairBias = new Float32Array(outputs * 2);
  for (let output = 0; output < outputs; output += 1) {
    const row = weights.subarray(output * dimension, (output + 1) * dimension);
    pairs.set(
      row.map((weight) => -weight),
      output * 2 * dimension,
    );
    pairs.set(row, (output * 2 + 1) * dimension);
    pairBias[output * 2] = -(bias[output] ?? 0);
    pairBias[output * 2 + 1] = bias[output] ?? 0;
  }
  return { weights: pairs, bias: pairBias, outputs: outputs * 2 };
}

function assertUsableAsOutputs(name: string, labels: readonly string[]): void {
  const label = labels.find((candidate) => candidate === 'logits' || candidate.startsWith(`${scope}/`));
  if (label === undefined) return;
  throw new PolyheadError('EXPORT_UNSUPPORTED', {
    message: `Head "${name}" has the label "${label}", which cannot be the name of an output since the graph uses it.`,
    remedy: 'Rename the label in the data and train the head again.',
    details: { head: name, label },
  });
}
