import type { RandomGenerator } from '@polyhead/types';

import { createCheckpointWeights, type CheckpointWeights } from '../checkpoint/checkpoint-weights.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import { createInitializedWeights } from '../checkpoint/initialized-weights.ts';
import type { Checkpoint } from '../checkpoint/read-checkpoint.ts';
import type { EncoderModel } from './build-encoder-model.ts';
import { findLibraryNames } from './library-names.ts';
import { startGraph, type BuildEncoderOptions, type StartedGraph } from './start-graph.ts';

/** A sequence classification model as ONNX graph. */
export interface ClassifierModel extends EncoderModel {
  /** Names of the columns of `logits`, from config.json. */
  readonly labels: readonly string[];
  /** Of every weight of the graph: its name in the checkpoint, where the encoder's names start with `bert.` or the like. */
  readonly checkpointNames: ReadonlyMap<string, string>;
  /** Of every weight of the graph: its name in files that the transformers library writes. */
  readonly libraryNames: ReadonlyMap<string, string>;
  /** Names of weights that the checkpoint lacks and that were made anew; empty without `newHead`. */
  readonly newWeights: ReadonlySet<string>;
}

/** A head for a checkpoint that has none, or another. */
export interface NewClassifierHead {
  /** Names of its outputs. */
  readonly labels: readonly string[];
  /** New weights are drawn from this. */
  readonly random: RandomGenerator;
}

/** How a sequence classification model is built. */
export interface BuildClassifierOptions extends BuildEncoderOptions {
  /**
   * Makes the weights of the head that the checkpoint lacks, normal with the standard deviation `initializer_range` of
   * config.json. The last layer of a sequence classification checkpoint stays if its outputs have the same names (in any
   * order and casing: `labels` then are its own) or no names of their own (`LABEL_0`); otherwise it is made anew.
   * @default the checkpoint must have the whole head
   */
  readonly newHead?: NewClassifierHead | undefined;
}

/** Where the last layer of a head lies, over all architectures. */
const outputLayers: readonly string[] = ['classifier.out_proj', 'classifier'];

/**
 * Builds the sequence classification model of a Hugging Face folder (`BertForSequenceClassification` and the like of every
 * architecture of {@link buildEncoderModel}). Inputs are those of the encoder; the output `logits` is float32
 * `[batch, labels]`. Weights keep their names: the encoder's as in {@link buildEncoderModel}, the head's as in the file.
 * @throws {PolyheadError} as {@link buildEncoderModel}; TENSOR_MISSING if the checkpoint has no such head
 */
export async function buildClassifierModel(
  directory: string,
  options: BuildClassifierOptions = {},
): Promise<ClassifierModel> {
  const started = await startGraph(directory, options);
  const { architecture, configuration, context } = started;
  const { builder, dropout } = context;
  const { labels, weights, headWeights, newWeights } = prepareHead(started, options.newHead);
  const logits = architecture.classify({
    ...context,
    weights,
    headWeights,
    encode: (tokens) => architecture.build(context, tokens),
    hiddenSize: configuration.hiddenSize,
    labelCount: labels.length,
  });
  builder.output('logits', logits, { dataType: 'float32', shape: ['batch', labels.length] });
  const encoderNames = new Map([...context.weights.names, ...weights.names]);
  const prefix = findLibraryNames(configuration.modelType)?.prefix ?? '';
  return {
    model: builder.build(),
    configuration,
    dropoutSites: dropout.sites,
    labels,
    checkpointNames: new Map([...encoderNames, ...headWeights.names]),
    libraryNames: new Map([
      ...Array.from(encoderNames.keys(), (name) => [name, prefix + name] as const),
      ...Array.from(headWeights.names.keys(), (name) => [name, name] as const),
    ]),
    newWeights,
  };
}

interface PreparedHead {
  readonly labels: readonly string[];
  /** Inside the encoder, where some architectures have their pooler. */
  readonly weights: CheckpointWeights;
  /** Beside the encoder. */
  readonly headWeights: CheckpointWeights;
  readonly newWeights: ReadonlySet<string>;
}

function prepareHead({ checkpoint, context }: StartedGraph, newHead: NewClassifierHead | undefined): PreparedHead {
  const { builder, weights, configuration } = context;
  const headWeights = createCheckpointWeights(checkpoint, builder, '');
  if (newHead === undefined) {
    assertClassifier(configuration);
    const labels = readLabels(configuration, countLabels(checkpoint));
    return { labels, weights, headWeights, newWeights: new Set() };
  }
  const kept = findKeptLabels(checkpoint, configuration, newHead.labels);
  const made = new Set<string>();
  const standardDeviation = configuration.number('initializer_range', 0.02);
  const isReplaced = (name: string): boolean =>
    kept === undefined && outputLayers.some((layer) => name === `${layer}.weight` || name === `${layer}.bias`);
  const initialize = (given: CheckpointWeights): CheckpointWeights =>
    createInitializedWeights(given, builder, { random: newHead.random, standardDeviation, isReplaced, made });
  return {
    labels: kept ?? newHead.labels,
    weights: initialize(weights),
    headWeights: initialize(headWeights),
    newWeights: made,
  };
}

/** The outputs of the checkpoint's last layer if they can stand for those that are wanted. */
function findKeptLabels(
  checkpoint: Checkpoint,
  reader: ConfigurationReader,
  wanted: readonly string[],
): readonly string[] | undefined {
  if (!isClassifier(reader) || findOutputRows(checkpoint) !== wanted.length) return undefined;
  const own = readLabels(reader, wanted.length);
  if (own.every((name) => /^LABEL_\d+$/.test(name))) return wanted;
  const names = new Set(own.map((name) => name.toLowerCase()));
  return wanted.every((name) => names.has(name.toLowerCase())) ? own : undefined;
}

function findOutputRows({ tensors }: Checkpoint): number | undefined {
  return outputLayers.map((layer) => tensors.get(`${layer}.weight`)).find((item) => item !== undefined)?.tensor
    .shape[0];
}

/** Rows of the last layer; 2, the library's default, where it is missing, which is then reported with its name. */
function countLabels(checkpoint: Checkpoint): number {
  return findOutputRows(checkpoint) ?? 2;
}

function isClassifier(reader: ConfigurationReader): boolean {
  const classes = reader.texts('architectures');
  return classes === undefined || classes.some((name) => name.endsWith('ForSequenceClassification'));
}

function assertClassifier(reader: ConfigurationReader): void {
  if (isClassifier(reader)) return;
  throw reader.reject('architectures', 'a class whose name ends in ForSequenceClassification');
}

function readLabels(reader: ConfigurationReader, count: number): readonly string[] {
  const names = reader.object('id2label');
  if (names !== undefined && names.text(String(count), '') !== '') {
    throw reader.reject('id2label', `${count} labels, as the last layer has`);
  }
  return Array.from({ length: count }, (_, index) => names?.text(String(index)) ?? `LABEL_${index}`);
}
