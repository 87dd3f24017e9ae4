import { sigmoid, softmaxRows, softplus } from '@polyhead/numerics';
import { PolyheadError, type Activation, type FittedHead, type Matrix } from '@polyhead/types';
import { assertMatrix } from '../contract/validate-examples.ts';
import { certainLogit } from '../linear-model/yes-no-outputs.ts';
import { applyActivation } from './apply-activation.ts';

/** What of a head decides how its logits become scores. */
export type ScoredHead = Pick<FittedHead, 'task' | 'activation'>;

/** `[rows, labels]` of numbers whose softmax (one label a text) or sigmoid (any number of labels) are scores. */
export interface ScalableLogits {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Probabilities are kept this far from 0 and 1 before their logarithm is taken. */
const margin = 1e-12;

/**
 * Logits of a classification head in the form that a temperature can divide. One label a text: the logits of softmax, the
 * log-probabilities of sigmoids. Any number of labels: the logits of sigmoids. A head that gives scores of its own (`identity`),
 * which must then be probabilities, has their logarithms or, for any number of labels, their log-odds.
 * @param logits `[rows, labels]`, left as they are
 * @throws {PolyheadError} SHAPE_MISMATCH, TASK_UNSUPPORTED for regression, and where the scores of any number of labels compete
 */
export function toScalableLogits(logits: Matrix, head: ScoredHead): ScalableLogits {
  assertMatrix(logits);
  const { rows, columns } = logits;
  const convert = converterOf(head);
  if (convert !== undefined) return { data: Float64Array.from(logits.data, convert), rows, columns };
  throw new PolyheadError('TASK_UNSUPPORTED', {
    message: `The scores of a ${head.task} head with the activation ${head.activation} have no temperature.`,
    remedy: 'Calibrate heads whose scores are probabilities of labels.',
    details: { task: head.task, activation: head.activation },
  });
}

/** True if a temperature can make the scores of such a head more believable. */
export function hasTemperature(head: ScoredHead): boolean {
  return converterOf(head) !== undefined;
}

function converterOf({ task, activation }: ScoredHead): ((value: number) => number) | undefined {
  if (task === 'regression') return undefined;
  return task === 'single-label' ? singleLabelConverters[activation] : multiLabelConverters[activation];
}

const identity = (logit: number): number => logit;
// The sum that sigmoids are divided by is the same for all labels of a row, so that softmax does not see it.
const toLogSigmoid = (logit: number): number => -softplus(-logit);

const singleLabelConverters: Readonly<Record<Activation, (value: number) => number>> = {
  softmax: identity,
  sigmoid: toLogSigmoid,
  'normalized-sigmoid': toLogSigmoid,
  identity: (probability) => Math.log(clip(probability)),
};

const multiLabelConverters: Readonly<Partial<Record<Activation, (value: number) => number>>> = {
  sigmoid: identity,
  identity: (probability) => Math.log(clip(probability)) - Math.log1p(-clip(probability)),
};

function clip(probability: number): number {
  return Math.min(Math.max(probability, margin), 1 - margin);
}

/**
 * Scores from logits, computed in float64, with the logits divided by a temperature (Guo et al. 2017, "On Calibration of Modern
 * Neural Networks"). A temperature never changes which label is best, nor which labels of a multi-label head are above 0.5.
 * @param logits `[rows, labels]`, left as they are
 * @param temperature above 0; 1 gives what `applyActivation` gives. @default 1
 * @returns `[rows, labels]`: probabilities, or the values themselves for regression
 * @throws {PolyheadError} SHAPE_MISMATCH, INVALID_ARGUMENT, TASK_UNSUPPORTED for regression with a temperature
 */
export function scoreLogits(logits: Matrix, head: ScoredHead, temperature = 1): Matrix {
  if (temperature === 1) return applyActivation(logits, head.activation);
  assertTemperature(temperature);
  const { data, rows, columns } = toScalableLogits(logits, head);
  const scaled = data.map((logit) => logit / temperature);
  if (head.task === 'multi-label') return { data: Float32Array.from(scaled, sigmoid), rows, columns };
  softmaxRows(scaled, rows, columns);
  return { data: Float32Array.from(scaled), rows, columns };
}

function assertTemperature(temperature: number): void {
  if (temperature > 0 && temperature < Infinity) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The temperature is ${temperature}.`,
    remedy: 'Pass a number above 0.',
  });
}

/**
 * True for the logit of a label that a head never or always gives, since its training rows never or always had it. Such an
 * answer says nothing about how sure the head is of those that it learned.
 */
export function isCertainLogit(logit: number): boolean {
  return Math.abs(logit) === certainLogit;
}
