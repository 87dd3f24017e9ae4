import { floatAttribute, intAttribute, type GraphBuilder } from '@polyhead/onnx';
import { PolyheadError, type Activation, type AffineForm, type FittedHead, type TypedTensor } from '@polyhead/types';
import type { ModelHead } from '../model.ts';

/** What makes scores of logits in a graph: an activation, or softmax over the logarithms of sigmoids divided by a temperature. */
export type ExportedActivation = Activation | { readonly logSigmoidTemperature: number };

/** A head in the form that a graph computes it. */
export interface ExportedHead {
  /** The temperature of a calibrated head is part of it where the graph can do without a node of its own. */
  readonly affine: AffineForm;
  readonly activation: ExportedActivation;
}

/**
 * A head for export, calibrated if it is.
 * @throws {PolyheadError} EXPORT_UNSUPPORTED for a head that is not an affine map
 */
export function requireExportedHead({ name, fitted, calibration }: ModelHead): ExportedHead {
  const affine = requireAffineForm(name, fitted);
  const { activation, task } = fitted;
  if (calibration === undefined) return { affine, activation };
  const { temperature } = calibration;
  if (activation === 'softmax' || (activation === 'sigmoid' && task === 'multi-label')) {
    return { affine: divide(affine, temperature), activation };
  }
  if (activation !== 'identity') return { affine, activation: { logSigmoidTemperature: temperature } };
  throw new PolyheadError('EXPORT_UNSUPPORTED', {
    message: `Head "${name}" (${fitted.type}) cannot be exported to ONNX: it is calibrated, and gives scores that no activation makes.`,
    remedy: 'Train it without calibration (calibrate: false), or name the heads that can be exported.',
    details: { head: name, type: fitted.type },
  });
}

function requireAffineForm(name: string, head: FittedHead): AffineForm {
  const affine = head.affineForm();
  if (affine?.outputs === head.labels.length) return affine;
  throw new PolyheadError('EXPORT_UNSUPPORTED', {
    message: `Head "${name}" (${head.type}) cannot be exported to ONNX: it is not one linear map from embedding to labels.`,
    remedy: 'Name the heads that can be exported, or train this one as logistic-regression or linear.',
    details: { head: name, type: head.type },
  });
}

function divide({ weights, bias, outputs }: AffineForm, temperature: number): AffineForm {
  const divided = (values: Float32Array): Float32Array => values.map((value) => value / temperature);
  return { weights: divided(weights), bias: divided(bias), outputs };
}

/** What {@link addHead} adds to a graph. */
export interface HeadNodes extends ExportedHead {
  /** Put before the names of its values. */
  readonly scope: string;
  /** Value `[batch, dimension]` float32. */
  readonly input: string;
  readonly dimension: number;
}

/**
 * Adds a head to a graph: the affine map, then the activation.
 * @returns the name of the value `[batch, labels]`
 */
export function addHead(builder: GraphBuilder, head: HeadNodes): string {
  return builder.within(head.scope, () => {
    const logits = addAffineMap(builder, head);
    return addActivation(builder, { ...head, logits });
  });
}

/** `input * weights^T + bias`. */
export function addAffineMap(
  builder: GraphBuilder,
  { scope, input, affine, dimension }: Omit<HeadNodes, 'activation'>,
): string {
  const { weights, bias, outputs } = affine;
  const weightsName = builder.initializer(`${scope}/weights`, matrixTensor(weights, outputs, dimension));
  const biasName = builder.initializer(`${scope}/bias`, { dataType: 'float32', shape: [outputs], data: bias });
  return builder.operation('Gemm', [input, weightsName, biasName], {
    alpha: floatAttribute(1),
    beta: floatAttribute(1),
    transB: intAttribute(1),
  });
}

function addActivation(
  builder: GraphBuilder,
  { scope, logits, activation, affine }: HeadNodes & { readonly logits: string },
): string {
  if (typeof activation !== 'string') {
    return addLogSigmoidSoftmax(builder, { scope, logits, temperature: activation.logSigmoidTemperature });
  }
  switch (activation) {
    case 'identity':
      return logits;
    case 'softmax':
      return builder.operation('Softmax', [logits], { axis: intAttribute(1) });
    case 'sigmoid':
      return builder.operation('Sigmoid', [logits]);
    case 'normalized-sigmoid':
      return addNormalization(builder, {
        scope,
        sigmoids: builder.operation('Sigmoid', [logits]),
        count: affine.outputs,
      });
  }
}

/** The logarithm of a sigmoid is minus the softplus of the opposite. */
function addLogSigmoidSoftmax(
  builder: GraphBuilder,
  { scope, logits, temperature }: { readonly scope: string; readonly logits: string; readonly temperature: number },
): string {
  const scale = builder.initializer(`${scope}/scale`, {
    dataType: 'float32',
    shape: [],
    data: Float32Array.of(-1 / temperature),
  });
  const softplus = builder.operation('Softplus', [builder.operation('Neg', [logits])]);
  return builder.operation('Softmax', [builder.operation('Mul', [softplus, scale])], { axis: intAttribute(1) });
}

/** Sigmoids divided by their sum; equal shares where all of them are zero. A product with ones sums in every operator set. */
function addNormalization(
  builder: GraphBuilder,
  { scope, sigmoids, count }: { readonly scope: string; readonly sigmoids: string; readonly count: number },
): string {
  const constant = (name: string, data: Float32Array, shape: readonly number[]): string =>
    builder.initializer(`${scope}/${name}`, { dataType: 'float32', shape, data });
  const ones = constant('ones', new Float32Array(count).fill(1), [count, 1]);
  const zero = constant('zero', Float32Array.of(0), []);
  const equalShare = constant('equal-share', Float32Array.of(1 / count), []);
  const sum = builder.operation('MatMul', [sigmoids, ones]);
  const positive = builder.operation('Greater', [sum, zero]);
  return builder.operation('Where', [positive, builder.operation('Div', [sigmoids, sum]), equalShare]);
}

function matrixTensor(data: Float32Array, rows: number, columns: number): TypedTensor<'float32'> {
  return { dataType: 'float32', shape: [rows, columns], data };
}
