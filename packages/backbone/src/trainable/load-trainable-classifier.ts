import { createRandomGenerator } from '@polyhead/numerics';
import {
  buildClassifierModel,
  listEncoderParameters,
  removeDropout,
  renameValues,
  type ClassifierModel,
  type OnnxModel,
} from '@polyhead/onnx';
import { PolyheadError, type TruncationStrategy } from '@polyhead/types';
import { openEncoderFolder, type EncoderFolder } from '../encoder-folder.ts';
import { chooseParameters } from './choose-parameters.ts';
import { writeClassifierFolder, type StoredDataType } from './classifier-folder.ts';
import { collectGarbage } from './collect-garbage.ts';
import { createTrainableEncoder, type LoadedTrainableEncoder } from './create-trainable-encoder.ts';
import { defaultMemoryBudget } from './default-memory-budget.ts';
import { createLayerDecay } from './layer-decay.ts';
import { defaultOptimizer, type LoadTrainableEncoderOptions } from './trainable-options.ts';
import { createTrainingGraphs, outputName, type TrainingGraphSources } from './training-graphs.ts';

/** How a trainable classifier is loaded. */
export interface LoadTrainableClassifierOptions extends Omit<
  LoadTrainableEncoderOptions,
  'lora' | 'adapters' | 'pooling' | 'normalize' | 'prompt' | 'useOnnxFile'
> {
  /** Names of the outputs, at least two. */
  readonly labels: readonly string[];
  /** Which text of a pair is cut if both together are too long. @default 'only-first' */
  readonly truncation?: TruncationStrategy | undefined;
  /** How `saveEncoder` stores numbers. @default 'float32' */
  readonly dataType?: StoredDataType | undefined;
}

/** A sequence classification model that learns: the "embeddings" of {@link TrainableEncoder} are its logits `[texts, labels]`. */
export interface LoadedTrainableClassifier extends Omit<LoadedTrainableEncoder, 'saveAdapters'> {
  /** Names of the columns of the logits: those that were asked for, or the checkpoint's own order and casing of the same. */
  readonly labels: readonly string[];
  /** Weights that the checkpoint did not have. */
  readonly newWeights: readonly string[];
}

/**
 * Loads a classifier of texts or pairs of texts that learns, by the references that `loadEncoder` takes: from a sequence
 * classification checkpoint, or from a plain encoder, which gets a new head (and keeps its pooler where its architecture has
 * one). The last layer of a classifier with other labels is made anew. `saveEncoder` writes an ordinary Hugging Face folder.
 * @throws {PolyheadError} what `loadTrainableEncoder` throws; MODEL_INCOMPLETE for a folder without safetensors
 */
export async function loadTrainableClassifier(
  reference: string,
  options: LoadTrainableClassifierOptions,
): Promise<LoadedTrainableClassifier> {
  assertLabels(options.labels);
  const classifier = await assembleClassifier(reference, options);
  collectGarbage();
  return classifier;
}

/** A function of its own, so that nothing of what was read is in use when it has ended. */
async function assembleClassifier(
  reference: string,
  options: LoadTrainableClassifierOptions,
): Promise<LoadedTrainableClassifier> {
  const memoryBudget = options.memoryBudget ?? defaultMemoryBudget();
  const opened = await openEncoderFolder(reference, options);
  assertSafetensors(opened);
  const built = await buildClassifierModel(opened.files.directory, {
    dropout: options.dropout ?? true,
    newHead: {
      labels: options.labels,
      random: createRandomGenerator(options.seed ?? 42).fork('classification head'),
    },
  });
  const { labels, newWeights, libraryNames: names } = built;
  const folder = { ...opened, description: { ...opened.description, dimension: labels.length, normalized: false } };
  const sources = createSources(built, opened.tokenizer.padId);
  const graphs = await createTrainingGraphs(sources, {
    isTrained: chooseParameters(sources.parameters, options.trainable ?? 'all'),
    learningRateScale: createLayerDecay(sources.parameters, options.layerDecay ?? 1),
  });
  const { dataType = 'float32', truncation = 'only-first' } = options;
  const encoder = await createTrainableEncoder(
    {
      ...{ folder, graphs, truncation, memoryBudget, optimizer: options.optimizer ?? defaultOptimizer },
      write: (directory, parameters) =>
        writeClassifierFolder(directory, { folder, parameters }, { labels, names, dataType }),
    },
    options,
  );
  return {
    ...encoder,
    get updates() {
      return encoder.updates;
    },
    labels,
    newWeights: [...newWeights],
  };
}

function createSources({ model, dropoutSites }: ClassifierModel, padId: number): TrainingGraphSources {
  const training = renameLogits(model);
  const parameters = listEncoderParameters(training);
  return { training, evaluation: removeDropout(training, dropoutSites), dropoutSites, parameters, padId };
}

/** Training graphs have one name for what crosses the seam, whatever it is. */
function renameLogits(model: OnnxModel): OnnxModel {
  return { ...model, graph: renameValues(model.graph, (name) => (name === 'logits' ? outputName : name)) };
}

function assertSafetensors({ files }: EncoderFolder): void {
  if (files.graph === undefined) return;
  throw new PolyheadError('MODEL_INCOMPLETE', {
    message: `The model folder "${files.directory}" has no model.safetensors, which training a classifier begins with.`,
    remedy: 'Use a checkpoint with safetensors.',
    details: { folder: files.directory, missing: ['model.safetensors'] },
  });
}

function assertLabels(labels: readonly string[]): void {
  const isGood = labels.length >= 2 && new Set(labels).size === labels.length && !labels.some((name) => name === '');
  if (isGood) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The labels of a classifier are ${JSON.stringify(labels)}.`,
    remedy: 'Give at least two, all different, none empty.',
    details: { labels: [...labels] },
  });
}
