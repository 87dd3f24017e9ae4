import { join } from 'node:path';
import { createRandomGenerator } from '@polyhead/numerics';
import {
  addLowRankAdapters,
  appendPooling,
  buildEncoderModel,
  listEncoderParameters,
  readModel,
  removeDropout,
  type LowRankAdapter,
  type OnnxModel,
} from '@polyhead/onnx';
import { PolyheadError, type TensorDataType } from '@polyhead/types';
import { openEncoderFolder, type EncoderFolder } from '../encoder-folder.ts';
import { chooseParameters } from './choose-parameters.ts';
import { collectGarbage } from './collect-garbage.ts';
import { defaultMemoryBudget } from './default-memory-budget.ts';
import { createLayerDecay } from './layer-decay.ts';
import { createTrainableEncoder, type LoadedTrainableEncoder } from './create-trainable-encoder.ts';
import { defaultOptimizer, type LoadTrainableEncoderOptions } from './trainable-options.ts';
import { createTrainingGraphs, type TrainingChoices, type TrainingGraphSources } from './training-graphs.ts';

/**
 * Loads an encoder that learns, by the references that `loadEncoder` takes.
 * @throws {PolyheadError} what `loadEncoder` throws; GRADIENT_UNSUPPORTED for an ONNX file with an operator that has no
 *   gradient rule, MEMORY_TOO_SMALL
 */
export async function loadTrainableEncoder(
  reference: string,
  options: LoadTrainableEncoderOptions = {},
): Promise<LoadedTrainableEncoder> {
  const encoder = await assembleEncoder(reference, options);
  collectGarbage();
  return encoder;
}

/** A function of its own, so that nothing of what was read is in use when it has ended. */
async function assembleEncoder(
  reference: string,
  options: LoadTrainableEncoderOptions,
): Promise<LoadedTrainableEncoder> {
  const memoryBudget = options.memoryBudget ?? defaultMemoryBudget();
  const folder = await openEncoderFolder(reference, options);
  const { sources, adapters } = await createSources(folder, options);
  const graphs = await createTrainingGraphs(sources, {
    isTrained: chooseTrained(sources, adapters, options),
    learningRateScale: createLayerDecay(sources.parameters, options.layerDecay ?? 1),
  });
  return createTrainableEncoder(
    {
      folder,
      graphs,
      memoryBudget,
      optimizer: options.optimizer ?? defaultOptimizer,
      adapters: options.lora === undefined ? undefined : { ...options.lora, adapters },
    },
    options,
  );
}

function chooseTrained(
  { parameters }: TrainingGraphSources,
  adapters: readonly LowRankAdapter[],
  { lora, trainable }: LoadTrainableEncoderOptions,
): TrainingChoices['isTrained'] {
  if (lora === undefined) return chooseParameters(parameters, trainable ?? 'all');
  if (trainable !== undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'Both "lora" and "trainable" were given, but with low-rank adapters nothing else is trained.',
      remedy: 'Leave one of them out.',
    });
  }
  const names = new Set(adapters.flatMap(({ down, up }) => [down, up]));
  return ({ name }) => names.has(name);
}

interface AdaptedSources {
  readonly sources: TrainingGraphSources;
  readonly adapters: readonly LowRankAdapter[];
}

async function createSources(folder: EncoderFolder, options: LoadTrainableEncoderOptions): Promise<AdaptedSources> {
  const plain = await createPlainSources(folder, options);
  const { lora } = options;
  if (lora === undefined) return { sources: withParameters(plain), adapters: [] };
  // Both graphs get the same adapters.
  const adapt = (model: OnnxModel): ReturnType<typeof addLowRankAdapters> =>
    addLowRankAdapters(model, { ...lora, random: createRandomGenerator(options.seed ?? 42).fork('adapters') });
  const training = adapt(plain.training);
  const evaluation = adapt(plain.evaluation);
  return {
    sources: withParameters({ ...plain, training: training.model, evaluation: evaluation.model }),
    adapters: training.adapters,
  };
}

type PlainSources = Omit<TrainingGraphSources, 'parameters'>;

function withParameters(sources: PlainSources): TrainingGraphSources {
  return { ...sources, parameters: listEncoderParameters(sources.training) };
}

async function createPlainSources(
  { files, tokenizer, description }: EncoderFolder,
  { dropout, logger }: LoadTrainableEncoderOptions,
): Promise<PlainSources> {
  const pooling = { pooling: description.pooling, normalize: description.normalized };
  if (files.graph !== undefined) {
    const path = join(files.directory, files.graph);
    const model = appendPooling(await readModel(path), pooling);
    assertFloat32(model, path);
    // An exported graph has no dropout left in it.
    if (dropout !== undefined && dropout > 0) {
      logger?.warn(`"${path}" is trained without dropout: an exported graph has no place for it.`);
    }
    return { evaluation: model, training: model, dropoutSites: [], padId: tokenizer.padId };
  }
  const { model, dropoutSites } = await buildEncoderModel(files.directory, { dropout: dropout ?? true });
  const training = appendPooling(model, pooling);
  return { evaluation: removeDropout(training, dropoutSites), training, dropoutSites, padId: tokenizer.padId };
}

/** Weights of half precision would stay as they are, while what stands between them learns. */
function assertFloat32({ graph }: OnnxModel, path: string): void {
  const half = graph.initializers.filter(({ tensor }) => halfTypes.includes(tensor.dataType));
  const [first] = half;
  if (first === undefined) return;
  throw new PolyheadError('ONNX_UNSUPPORTED', {
    message: `"${path}" stores ${half.length} of its ${graph.initializers.length} tensors in half precision, such as "${first.name}" (${first.tensor.dataType}); only float32 weights can be trained.`,
    remedy: 'Export the model in float32, or use a checkpoint with safetensors.',
    details: { file: path, tensor: first.name, dataType: first.tensor.dataType },
  });
}

const halfTypes: readonly TensorDataType[] = ['float16', 'bfloat16'];
