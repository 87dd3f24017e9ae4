import { PolyheadError } from '@polyhead/types';

import { createDropout } from '../blocks/dropout.ts';
import type { EncoderContext } from '../blocks/encoder-context.ts';
import { createGraphBuilder } from '../builder/graph-builder.ts';
import { createCheckpointWeights, findEncoderPrefix } from '../checkpoint/checkpoint-weights.ts';
import { readCheckpoint, type Checkpoint } from '../checkpoint/read-checkpoint.ts';
import { albert } from './albert.ts';
import type { Architecture, EncoderConfiguration } from './architecture.ts';
import { bert } from './bert.ts';
import { debertaV2 } from './deberta-v2.ts';
import { distilbert } from './distilbert.ts';
import { electra } from './electra.ts';
import { modernbert } from './modernbert.ts';
import { mpnet } from './mpnet.ts';
import { roberta } from './roberta.ts';

const architectures: readonly Architecture[] = [
  bert,
  roberta,
  distilbert,
  mpnet,
  electra,
  albert,
  debertaV2,
  modernbert,
];

/** The values of `model_type` in config.json that can be built. */
export const supportedModelTypes: readonly string[] = architectures.flatMap(({ modelTypes }) => modelTypes);

/** How an encoder is built. */
export interface BuildEncoderOptions {
  /**
   * Multiplies by a mask wherever the architecture has dropout in training. `true` takes the probabilities of config.json and
   * leaves out sites where they are 0; a number is used at every site instead.
   * @default false
   */
  readonly dropout?: boolean | number;
}

/** A graph that has the inputs of an encoder and nothing else yet. */
export interface StartedGraph {
  readonly checkpoint: Checkpoint;
  readonly architecture: Architecture;
  readonly configuration: EncoderConfiguration;
  readonly context: EncoderContext;
}

/**
 * Reads a Hugging Face folder and starts the graph of its encoder.
 * @throws {PolyheadError} ARCHITECTURE_UNSUPPORTED, TENSOR_MISSING, INVALID_CONFIGURATION, INVALID_ARGUMENT, SAFETENSORS_MALFORMED, FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function startGraph(directory: string, options: BuildEncoderOptions): Promise<StartedGraph> {
  const checkpoint = await readCheckpoint(directory);
  const reader = checkpoint.configuration;
  const modelType = reader.text('model_type', '');
  const architecture = architectures.find(({ modelTypes }) => modelTypes.includes(modelType));
  if (architecture === undefined) throw unsupportedArchitecture(modelType, reader.file);

  const configuration = { modelType, ...architecture.configuration(reader) };
  const builder = createGraphBuilder({ name: modelType });
  const shape = ['batch', 'sequence'];
  const inputIds = builder.input('input_ids', { dataType: 'int64', shape });
  const attentionMask = builder.input('attention_mask', { dataType: 'int64', shape });
  const inputShape = builder.operation('Shape', [inputIds]);
  const weights = createCheckpointWeights(checkpoint, builder, findEncoderPrefix(checkpoint, architecture.probe));
  const dropout = createDropout(builder, options.dropout ?? false);
  const context = { builder, weights, configuration: reader, dropout, inputIds, attentionMask, inputShape };
  return { checkpoint, architecture, configuration, context };
}

function unsupportedArchitecture(modelType: string, file: string): PolyheadError {
  return new PolyheadError('ARCHITECTURE_UNSUPPORTED', {
    message: `The model type "${modelType}" in "${file}" cannot be built; supported are ${supportedModelTypes.join(', ')}.`,
    remedy:
      "Use the checkpoint's own ONNX file (onnx/model.onnx) if it has one, or choose a model of a supported type.",
    details: { modelType, file, supported: [...supportedModelTypes] },
  });
}
