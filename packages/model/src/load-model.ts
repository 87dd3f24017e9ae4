import { join, resolve } from 'node:path';
import { loadEncoder, type LoadEncoderOptions } from '@polyhead/backbone';
import { restoreFittedHead, type HeadTypeRegistry } from '@polyhead/heads';
import { hasErrorCode, PolyheadError, type Encoder, type EncoderManifest, type ModelManifest } from '@polyhead/types';
import { toEncoderOptions } from './encoder-options.ts';
import { files } from './folder-layout.ts';
import { loadHead } from './head-weights.ts';
import { readManifest } from './manifest.ts';
import { createModel, type Model, type ModelHead } from './model.ts';
import { readThresholds } from './thresholds-file.ts';

/** How a model is loaded: where heads come from, and how its encoder runs. */
export interface LoadModelOptions extends Omit<
  LoadEncoderOptions,
  'adapters' | 'pooling' | 'normalize' | 'maximumLength' | 'prompt' | 'longText' | 'useOnnxFile'
> {
  /** Types of heads that can be restored. @default the built-in ones */
  readonly registry?: HeadTypeRegistry | undefined;
  /** An encoder that is loaded already; it stays the caller's to release. @default the one that the manifest names */
  readonly encoder?: Encoder | undefined;
}

/**
 * Loads a model folder: checks every file, restores the heads, and finds the encoder that they were trained on.
 * No code from the folder is run.
 * @throws {PolyheadError} FILE_NOT_FOUND, MODEL_FOLDER_INVALID, MODEL_VERSION_UNSUPPORTED, CHECKSUM_MISMATCH,
 * SAFETENSORS_MALFORMED, TENSOR_MISSING, TENSOR_SHAPE_MISMATCH, HEAD_TYPE_UNKNOWN, MODEL_ENCODER_MISMATCH, MODEL_NOT_FOUND,
 * HUB_UNREACHABLE, INVALID_ARGUMENT for options of the encoder
 */
export async function loadModel(directory: string, options: LoadModelOptions = {}): Promise<Model> {
  const { registry, encoder: given, ...encoderOptions } = options;
  const { manifest, heads } = await loadModelHeads(directory, { registry });
  if (given !== undefined) {
    assertSameEncoder(manifest.encoder, given, directory);
    return createModel({ manifest, directory, encoder: given, heads, ownsEncoder: false });
  }
  const encoder = await loadModelEncoder(directory, manifest.encoder, encoderOptions);
  try {
    assertSameEncoder(manifest.encoder, encoder, directory);
  } catch (error) {
    await encoder.release();
    throw error;
  }
  return createModel({ manifest, directory, encoder, heads, ownsEncoder: true });
}

/**
 * Loads the manifest and the heads of a model folder without its encoder: enough to show what the model is, or to
 * classify embeddings that are there already.
 * @throws {PolyheadError} FILE_NOT_FOUND, MODEL_FOLDER_INVALID, MODEL_VERSION_UNSUPPORTED, CHECKSUM_MISMATCH,
 * SAFETENSORS_MALFORMED, TENSOR_MISSING, TENSOR_SHAPE_MISMATCH, HEAD_TYPE_UNKNOWN
 */
export async function loadModelHeads(
  directory: string,
  options: Pick<LoadModelOptions, 'registry'> = {},
): Promise<{ manifest: ModelManifest; heads: ReadonlyMap<string, ModelHead> }> {
  const manifest = await readManifest(directory);
  const { thresholds } = await readThresholds(directory, manifest.heads);
  const heads = new Map<string, ModelHead>();
  for (const [position, head] of manifest.heads.entries()) {
    const fitted = await loadHead(directory, head, {
      position,
      restore: (state) => restoreFittedHead(state, options.registry),
    });
    const { name, calibration, abstention } = head;
    heads.set(name, { name, fitted, thresholds: thresholds.get(name), calibration, abstention });
  }
  return { manifest, heads };
}

type EncoderRunOptions = Omit<LoadModelOptions, 'registry' | 'encoder'>;

async function loadModelEncoder(
  directory: string,
  manifest: EncoderManifest,
  options: EncoderRunOptions,
): Promise<Encoder> {
  const reference = manifest.storage === 'copied' ? resolve(directory, files.encoder) : manifest.reference;
  try {
    return await loadEncoder(reference, { ...options, ...toEncoderOptions(manifest) });
  } catch (error) {
    const isOfCaller = hasErrorCode(error, 'ABORTED') || hasErrorCode(error, 'INVALID_ARGUMENT');
    if (isOfCaller || !PolyheadError.isInstance(error)) throw error;
    throw new PolyheadError(error.code, {
      message: `The encoder of the model "${directory}" cannot be loaded: ${error.message}`,
      remedy:
        manifest.storage === 'copied'
          ? `Restore the folder "${join(directory, files.encoder)}" from a copy.`
          : 'Put the encoder where the model expects it, or save the model self-contained.',
      details: { ...error.details, model: directory, reference: manifest.reference },
      cause: error,
    });
  }
}

function assertSameEncoder(expected: EncoderManifest, encoder: Encoder, directory: string): void {
  const found = encoder.description;
  if (found.digest === expected.digest && found.dimension === expected.dimension) return;
  const field = found.dimension === expected.dimension ? 'encoder.digest' : 'encoder.dimension';
  throw new PolyheadError('MODEL_ENCODER_MISMATCH', {
    message: `The encoder "${found.reference}" is not the one that the heads of "${directory}" were trained on: field "${field}" of ${files.manifest} differs.`,
    remedy: 'Put the original encoder files back, or train the heads again on this encoder.',
    details: {
      file: join(directory, files.manifest),
      field,
      expected: { digest: expected.digest, dimension: expected.dimension },
      found: { digest: found.digest, dimension: found.dimension },
    },
  });
}
