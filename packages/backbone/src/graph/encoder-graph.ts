import { join } from 'node:path';
import { appendPooling, buildEncoderModel, readModel, type OnnxModel } from '@polyhead/onnx';
import { PolyheadError, type JsonValue, type PoolingMode } from '@polyhead/types';
import type { EncoderFiles } from '../encoder-files.ts';
import { readSettingsFile, toLength } from '../settings/json-fields.ts';

/** What is known about an encoder before it runs. */
export interface EncoderShape {
  /** Width of an embedding. */
  readonly dimension: number;
  /** Longest input in tokens that the position embeddings allow. */
  readonly maximumPositions: number;
}

/** Families whose position embeddings start behind the padding id. */
const offsetPositions = ['roberta', 'xlm-roberta', 'camembert', 'mpnet', 'xlm-roberta-xl', 'roberta-prelayernorm'];

function assertSize(value: JsonValue | undefined, name: string, directory: string): number {
  const size = toLength(value);
  if (size !== undefined) return size;
  throw new PolyheadError('ARCHITECTURE_UNSUPPORTED', {
    message: `"${join(directory, 'config.json')}" has no usable "${name}".`,
    details: { file: join(directory, 'config.json'), field: name },
  });
}

/**
 * Reads the sizes of an encoder from config.json.
 * @throws {PolyheadError} ARCHITECTURE_UNSUPPORTED, DATA_MALFORMED
 */
export async function readEncoderShape(directory: string): Promise<EncoderShape> {
  const config = (await readSettingsFile(directory, 'config.json')) ?? {};
  const positions = assertSize(config['max_position_embeddings'] ?? 512, 'max_position_embeddings', directory);
  const padId = config['pad_token_id'];
  const isOffset = offsetPositions.some((type) => type === config['model_type']);
  return {
    dimension: assertSize(config['hidden_size'] ?? config['dim'], 'hidden_size', directory),
    maximumPositions: isOffset ? positions - (typeof padId === 'number' ? padId : 1) - 1 : positions,
  };
}

/**
 * The graph of an encoder: tokens in, `sentence_embedding` `[batch, dimension]` out.
 * @throws {PolyheadError} ARCHITECTURE_UNSUPPORTED, TENSOR_MISSING, TENSOR_SHAPE_MISMATCH, ONNX_MALFORMED, ONNX_UNSUPPORTED
 */
export async function createEncoderGraph(
  files: EncoderFiles,
  pooling: { readonly pooling: PoolingMode; readonly normalize: boolean },
): Promise<OnnxModel> {
  const model =
    files.graph === undefined
      ? (await buildEncoderModel(files.directory)).model
      : await readModel(join(files.directory, files.graph));
  return appendPooling(model, pooling);
}
