import { join } from 'node:path';
import { pathExists, readBytes, sha256 } from '@polyhead/files';
import { decodeSafetensors, encodeSafetensors } from '@polyhead/onnx';
import {
  PolyheadError,
  type FittedHead,
  type FittedHeadState,
  type HeadManifest,
  type JsonObject,
} from '@polyhead/types';
import { headWeightsFile } from './folder-layout.ts';

/** Brings a head back from its state: `restoreFittedHead` of @polyhead/heads with a registry. */
export type RestoreHead = (state: FittedHeadState) => FittedHead;

/** The bytes of a head's safetensors file. */
export function encodeHeadWeights(state: FittedHeadState): Uint8Array {
  return encodeSafetensors(state.tensors, { format: 'polyhead-head', type: state.type, task: state.task });
}

/**
 * Reads the weights of a head, checks them against the manifest and restores it.
 * @param position index of the head in the manifest, for messages
 * @throws {PolyheadError} MODEL_FOLDER_INVALID, CHECKSUM_MISMATCH, SAFETENSORS_MALFORMED, TENSOR_MISSING, TENSOR_SHAPE_MISMATCH, HEAD_TYPE_UNKNOWN
 */
export async function loadHead(
  directory: string,
  manifest: HeadManifest,
  options: { readonly position: number; readonly restore: RestoreHead },
): Promise<FittedHead> {
  const file = join(directory, headWeightsFile(manifest.name));
  const field = `heads[${options.position}]`;
  const bytes = await readWeights(file, field);
  if (sha256(bytes) !== manifest.digest) {
    throw new PolyheadError('CHECKSUM_MISMATCH', {
      message: `"${file}" is damaged or was changed: its SHA-256 differs from field "${field}.digest" of polyhead.json.`,
      remedy: 'Restore the folder from a copy, or train the head again.',
      details: { file, field: `${field}.digest`, expected: manifest.digest, bytes: bytes.byteLength },
    });
  }
  const { tensors } = decodeSafetensors(bytes, file);
  const { type, task, labels, dimension, options: headOptions, settings } = manifest;
  const state = { type, task, labels, dimension, options: headOptions, settings, tensors: Object.fromEntries(tensors) };
  const fitted = restoreHead(state, { file, name: manifest.name, restore: options.restore });
  assertAgrees(fitted, manifest, { file, field });
  return fitted;
}

async function readWeights(file: string, field: string): Promise<Uint8Array> {
  if (await pathExists(file)) return readBytes(file);
  throw new PolyheadError('MODEL_FOLDER_INVALID', {
    message: `"${file}" is missing; field "${field}.file" of polyhead.json names it.`,
    remedy: 'Restore the folder from a copy, or train the head again.',
    details: { file, field: `${field}.file` },
  });
}

function restoreHead(
  state: FittedHeadState,
  context: { readonly file: string; readonly name: string; readonly restore: RestoreHead },
): FittedHead {
  try {
    return context.restore(state);
  } catch (error) {
    if (!PolyheadError.isInstance(error)) throw error;
    const details: JsonObject = { ...error.details, file: context.file, head: context.name };
    throw new PolyheadError(error.code, {
      message: `Head "${context.name}" cannot be restored from "${context.file}": ${error.message}`,
      details,
      cause: error,
    });
  }
}

/** A head that came back as something else would predict wrong labels without a word. */
function assertAgrees(
  fitted: FittedHead,
  manifest: HeadManifest,
  where: { readonly file: string; readonly field: string },
): void {
  const pairs: readonly [string, unknown, unknown][] = [
    ['task', manifest.task, fitted.task],
    ['dimension', manifest.dimension, fitted.dimension],
    ['activation', manifest.activation, fitted.activation],
    ['labels', JSON.stringify(manifest.labels), JSON.stringify(fitted.labels)],
  ];
  const wrong = pairs.find(([, expected, found]) => expected !== found);
  if (wrong === undefined) return;
  const [name, expected, found] = wrong;
  throw new PolyheadError('MODEL_FOLDER_INVALID', {
    message: `Field "${where.field}.${name}" of polyhead.json is ${String(expected)}, but the weights in "${where.file}" make a head with ${String(found)}.`,
    remedy: 'Restore the folder from a copy, or train the head again.',
    details: { file: where.file, field: `${where.field}.${name}` },
  });
}
