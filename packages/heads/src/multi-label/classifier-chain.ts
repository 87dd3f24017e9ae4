import {
  assertNotAborted,
  type FitOptions,
  type FittedHead,
  type HeadExamples,
  type HeadType,
  type HistoryEntry,
  type JsonObject,
  type Task,
} from '@polyhead/types';
import { readHeadOptions, type OptionsReader } from '../contract/head-options.ts';
import { assertMultiLabel, type MultiLabelExamples } from '../contract/narrow-examples.ts';
import { assertFitExamples } from '../contract/validate-examples.ts';
import { assertWeightedLabels, readClassWeight, rowWeightsOf, weightedCounts } from '../linear-model/class-weights.ts';
import { fitYesNo, type YesNoOptions } from '../linear-model/fit-yes-no.ts';
import type { LinearFitOptions } from '../linear-model/fit-linear-model.ts';
import { certainLogit, type AffineWeights } from '../linear-model/yes-no-outputs.ts';
import { chainWidth, createChain, restoreChain } from './chain-model.ts';

const type = 'classifier-chain';
const tasks: readonly Task[] = ['multi-label'];

interface ChainOptions extends YesNoOptions, Pick<LinearFitOptions, 'maximumIterations' | 'tolerance'> {
  /** Labels in the order of the links; undefined for the order of the labels. */
  readonly order: readonly string[] | undefined;
}

/**
 * A chain of logistic regressions, one a label: each also sees the labels before it in the chain, the true ones while it
 * is fitted and the chain's own answers, 0 or 1, when it predicts (scikit-learn's `ClassifierChain`). A label that is
 * constant in training is predicted with the probability 0 or 1.
 *
 * Options, as plain JSON: `C`, `classWeight`, `fitIntercept`, `maximumIterations` and `tolerance` as of
 * `logistic-regression`, and `order`: all labels in the order of the chain (default: the order of the labels).
 */
export const classifierChain: HeadType = {
  type,
  summary: 'Logistic regressions in a chain, where each label also sees the ones before it; not for export.',
  tasks,
  create(json = {}) {
    const options = readOptions(json);
    return { type, tasks, fit: (examples, fitOptions) => fitChain(examples, { options, json, fitOptions }) };
  },
  restore: restoreChain,
};

function readOptions(json: JsonObject): ChainOptions {
  const names = ['C', 'classWeight', 'fitIntercept', 'maximumIterations', 'tolerance', 'order'];
  const reader = readHeadOptions(type, json, names);
  return {
    loss: 'logistic',
    penalizeIntercept: false,
    C: reader.number('C', 1, { minimum: 0, exclusive: true }),
    classWeight: readClassWeight(reader),
    fitIntercept: reader.boolean('fitIntercept', true),
    maximumIterations: reader.number('maximumIterations', 1000, { minimum: 1, integer: true }),
    tolerance: reader.number('tolerance', 1e-4, { minimum: 0, exclusive: true }),
    order: readOrder(reader),
  };
}

function readOrder(reader: OptionsReader): string[] | undefined {
  const value = reader.raw('order');
  if (value === undefined) return undefined;
  const names = Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
  if (Array.isArray(value) && names.length === value.length && new Set(names).size === names.length) return names;
  throw reader.refuse('order', 'a list with the name of every label, each once');
}

interface ChainFitInput {
  readonly options: ChainOptions;
  readonly json: JsonObject;
  readonly fitOptions: FitOptions;
}

async function fitChain(examples: HeadExamples, { options, json, fitOptions }: ChainFitInput): Promise<FittedHead> {
  assertFitExamples(examples, { headType: type, tasks });
  assertNotAborted(fitOptions.signal);
  assertMultiLabel(examples);
  assertWeightedLabels(options.classWeight, examples.targets);
  const { labels } = examples.targets;
  const order = toLabelIndices(options.order, labels, json);
  const { columns: dimension } = examples.embeddings;
  const width = chainWidth(dimension, labels.length);
  const weights = new Float32Array(labels.length * width);
  const bias = new Float32Array(labels.length);
  const history: HistoryEntry[] = [];
  const sums = { iterations: 0, objective: 0, converged: true };
  for (const link of order.keys()) {
    const fitted = await fitLink(linkExamples(examples, order, link), options, fitOptions);
    weights.set(fitted.weights, link * width);
    bias.set(fitted.bias, link);
    sums.iterations = Math.max(sums.iterations, fitted.iterations);
    sums.objective += fitted.objective;
    sums.converged &&= fitted.converged;
    history.push({ epoch: link + 1, figures: { objective: fitted.objective, iterations: fitted.iterations } });
    fitOptions.onProgress?.({ phase: 'fitting', unit: 'labels', done: link + 1, total: labels.length });
  }
  return createChain({
    type,
    labels: [...labels],
    dimension,
    order,
    weights,
    bias,
    options: json,
    settings: sums,
    history,
  });
}

function toLabelIndices(names: readonly string[] | undefined, labels: readonly string[], json: JsonObject): number[] {
  if (names === undefined) return [...labels.keys()];
  const order = names.map((name) => labels.indexOf(name));
  if (order.length === labels.length && !order.includes(-1)) return order;
  throw readHeadOptions(type, json, Object.keys(json)).refuse(
    'order',
    `each of these labels once: ${labels.join(', ')}`,
  );
}

/** What one link is fitted on: embeddings with the true earlier labels beside them `[rows, dimension + link]`, and its own label. */
function linkExamples(
  { embeddings, targets, sampleWeights }: MultiLabelExamples,
  order: readonly number[],
  link: number,
): MultiLabelExamples {
  const { rows, columns } = embeddings;
  const labels = targets.labels.length;
  const width = columns + link;
  const data = new Float32Array(rows * width);
  const indicators = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    data.set(embeddings.data.subarray(row * columns, (row + 1) * columns), row * width);
    for (const [earlier, label] of order.slice(0, link).entries()) {
      data[row * width + columns + earlier] = targets.indicators[row * labels + label] ?? 0;
    }
    indicators[row] = targets.indicators[row * labels + (order[link] ?? 0)] ?? 0;
  }
  const label = targets.labels[order[link] ?? 0] ?? '';
  return {
    embeddings: { data, rows, columns: width },
    targets: { task: 'multi-label', labels: [label], indicators },
    sampleWeights,
  };
}

interface FittedLink extends AffineWeights {
  readonly iterations: number;
  readonly objective: number;
  readonly converged: boolean;
}

async function fitLink(
  examples: MultiLabelExamples,
  options: ChainOptions,
  { signal }: FitOptions,
): Promise<FittedLink> {
  const rowWeights = rowWeightsOf(examples);
  const [count = 0] = weightedCounts(examples.targets, rowWeights);
  const always = count >= rowWeights.reduce((sum, weight) => sum + weight, 0);
  if (count === 0 || always) {
    const weights = new Float32Array(examples.embeddings.columns);
    const bias = Float32Array.of(always ? certainLogit : -certainLogit);
    return { weights, bias, iterations: 0, objective: 0, converged: true };
  }
  const { maximumIterations, tolerance } = options;
  const { fit, weights, bias } = await fitYesNo(examples, options, { maximumIterations, tolerance, signal });
  return { weights, bias, iterations: fit.iterations, objective: fit.objective, converged: fit.converged };
}
