import type { DropoutSite } from '../blocks/dropout.ts';
import { unflattenTokens } from '../blocks/flatten-tokens.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import type { EncoderConfiguration } from './architecture.ts';
import { startGraph, type BuildEncoderOptions } from './start-graph.ts';

/** An encoder as ONNX graph, and what to know about it. */
export interface EncoderModel {
  readonly model: OnnxModel;
  readonly configuration: EncoderConfiguration;
  /** The dropout masks that the graph takes as inputs; empty unless it was built for training. */
  readonly dropoutSites: readonly DropoutSite[];
}

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
  const { architecture, configuration, context } = await startGraph(directory, options);
  const { builder, dropout } = context;
  const states = unflattenTokens(context, architecture.build(context, 'all'), configuration.hiddenSize);
  const shape = ['batch', 'sequence', configuration.hiddenSize];
  builder.output('last_hidden_state', states, { dataType: 'float32', shape });
  return { model: builder.build(), configuration, dropoutSites: dropout.sites };
}
