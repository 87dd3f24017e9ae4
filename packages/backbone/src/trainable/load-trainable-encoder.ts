import { join } from 'node:path';
import { appendPooling, buildEncoderModel, listEncoderParameters, readModel } from '@polyhead/onnx';
import { PolyheadError, type TrainableEncoder } from '@polyhead/types';
import { openEncoderFolder, type EncoderFolder } from '../encoder-folder.ts';
import { chooseParameters, countLayers } from './choose-parameters.ts';
import { createTrainableEncoder } from './create-trainable-encoder.ts';
import { defaultOptimizer, type LoadTrainableEncoderOptions } from './trainable-options.ts';
import { createTrainingGraphs, type TrainingGraphs, type TrainingGraphSources } from './training-graphs.ts';

/**
 * Loads an encoder that learns, by the references that `loadEncoder` takes.
 * @throws {PolyheadError} what `loadEncoder` throws; GRADIENT_UNSUPPORTED for an ONNX file with an operator that has no
 *   gradient rule, MEMORY_TOO_SMALL
 */
export async function loadTrainableEncoder(
  reference: string,
  options: LoadTrainableEncoderOptions = {},
): Promise<TrainableEncoder> {
  const folder = await openEncoderFolder(reference, { ...options, normalize: options.normalize ?? false });
  const graphs = await createGraphs(folder, options);
  return createTrainableEncoder({ folder, graphs, optimizer: options.optimizer ?? defaultOptimizer }, options);
}

async function createGraphs(folder: EncoderFolder, options: LoadTrainableEncoderOptions): Promise<TrainingGraphs> {
  const sources = await createSources(folder, options);
  const decay = options.layerDecay ?? 1;
  if (!(decay > 0 && decay <= 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The layer decay is ${decay}, but must be above 0 and at most 1.`,
      details: { layerDecay: decay },
    });
  }
  const { parameters } = sources;
  const layers = countLayers(parameters);
  return createTrainingGraphs(sources, {
    isTrained: chooseParameters(parameters, options.trainable ?? 'all'),
    learningRateScale: ({ layer }) => decay ** (layers - layer),
  });
}

async function createSources(
  { files, tokenizer, description }: EncoderFolder,
  { dropout }: LoadTrainableEncoderOptions,
): Promise<TrainingGraphSources> {
  const pooling = { pooling: description.pooling, normalize: description.normalized };
  if (files.graph !== undefined) {
    const model = appendPooling(await readModel(join(files.directory, files.graph)), pooling);
    // An exported graph has no dropout left in it.
    return withParameters({ evaluation: model, training: model, dropoutSites: [], padId: tokenizer.padId });
  }
  const evaluation = await buildEncoderModel(files.directory);
  const training = await buildEncoderModel(files.directory, { dropout: dropout ?? true });
  return withParameters({
    evaluation: appendPooling(evaluation.model, pooling),
    training: appendPooling(training.model, pooling),
    dropoutSites: training.dropoutSites,
    padId: tokenizer.padId,
  });
}

function withParameters(sources: Omit<TrainingGraphSources, 'parameters'>): TrainingGraphSources {
  return { ...sources, parameters: listEncoderParameters(sources.training) };
}
