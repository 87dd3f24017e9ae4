import { PolyheadError } from '@polyhead/types';

import { createDropout, type DropoutSite } from '../blocks/dropout.ts';
import { unflattenTokens } from '../blocks/flatten-tokens.ts';
import { createGraphBuilder } from '../builder/graph-builder.ts';
import { createCheckpointWeights } from '../checkpoint/checkpoint-weights.ts';
import { readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import type { Architecture, EncoderConfiguration } from './architecture.ts';
import { albert } from './albert.ts';
import { bert } from './bert.ts';
import { debertaV2 } from './deberta-v2.ts';
import { distilbert } from './distilbert.ts';
import { electra } from './electra.ts';
import { modernbert } from './modernbert.ts';
import { mpnet } from './mpnet.ts';
import { roberta } from './roberta.ts';

/** An encoder as ONNX graph, and what to know about it. */
export interface EncoderModel {
  readonly model: OnnxModel;
  readonly configuration: EncoderConfiguration;
  /** The dropout masks that the graph takes as inputs; empty unless it was built for training. */
  readonly dropoutSites: readonly DropoutSite[];
}

/** How an encoder is built. */
export interface BuildEncoderOptions {
  /**
   * Multiplies by a mask wherever the architecture has dropout in training. `true` takes the probabilities of config.json and
   * leaves out sites where they are 0; a number is used at every site instead.
   * @default false
   */
  readonly dropout?: boolean | number;
}

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

/**
 * Builds the encoder of a Hugging Face folder (config.json, and model.safetensors or its shards) as ONNX graph, with dynamic
 * batch and length. Inputs, int64 `[batch, sequence]`: `input_ids`, `attention_mask`, and `token_type_ids` where the
 * architecture uses it. Output, float32 `[batch, sequence, hidden]`: `last_hidden_state`.
 *
 * Weights are float32, whatever the files hold, and keep their names and shapes: an initializer
 * `encoder.layer.0.output.dense.weight` is that tensor of the checkpoint.
 *
 * With `dropout`, each of `dropoutSites` is one more input, float32, for a mask that the caller makes; with masks of ones the
 * graph computes what it computes without dropout.
 * @throws {PolyheadError} ARCHITECTURE_UNSUPPORTED, TENSOR_MISSING, TENSOR_SHAPE_MISMATCH, INVALID_CONFIGURATION,
 * INVALID_ARGUMENT, SAFETENSORS_MALFORMED, FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function buildEncoderModel(directory: string, options: BuildEncoderOptions = {}): Promise<EncoderModel> {
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
  const weights = createCheckpointWeights(checkpoint, builder, architecture.probe);
  const dropout = createDropout(builder, options.dropout ?? false);
  const context = { builder, weights, configuration: reader, dropout, inputIds, attentionMask, inputShape };
  const states = unflattenTokens(context, architecture.build(context), configuration.hiddenSize);
  builder.output('last_hidden_state', states, { dataType: 'float32', shape: [...shape, configuration.hiddenSize] });
  return { model: builder.build(), configuration, dropoutSites: dropout.sites };
}

function unsupportedArchitecture(modelType: string, file: string): PolyheadError {
  return new PolyheadError('ARCHITECTURE_UNSUPPORTED', {
    message: `The model type "${modelType}" in "${file}" cannot be built; supported are ${supportedModelTypes.join(', ')}.`,
    remedy:
      "Use the checkpoint's own ONNX file (onnx/model.onnx) if it has one, or choose a model of a supported type.",
    details: { modelType, file, supported: [...supportedModelTypes] },
  });
}
