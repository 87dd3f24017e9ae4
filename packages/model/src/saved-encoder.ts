import { realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { copyEncoderFiles, loadEncoder, type LoadedEncoder } from '@polyhead/backbone';
import { followLinks } from '@polyhead/files';
import { parseModelReference, resolveModel } from '@polyhead/hub';
import { hasErrorCode, PolyheadError, type Encoder, type EncoderManifest } from '@polyhead/types';
import { readEncoderLicense } from './encoder-license.ts';
import { toEncoderOptions } from './encoder-options.ts';
import { files } from './folder-layout.ts';
import { readManifest } from './manifest.ts';
import { takeAdapters, type EncoderFill, type EncoderParts } from './model-folder.ts';

/** Where a trained encoder came from and how it gets into the model folder. */
export interface TrainedEncoder extends EncoderParts {
  /** The encoder that training began with. */
  readonly reference: string;
  /** A folder of that encoder, for its licence. */
  readonly licenseDirectory?: string | undefined;
}

/** The encoder of a model that is about to be written. */
export interface SavedEncoder {
  readonly manifest: EncoderManifest;
  /** What its folder in the model is filled with. */
  readonly fill: EncoderFill;
  /** True if it is the encoder of the model that is there, or was trained from it. */
  readonly isOwn: boolean;
}

/** What {@link toSavedEncoder} is made from. */
export interface SavedEncoderSource {
  readonly encoder: Encoder;
  readonly trained: TrainedEncoder | undefined;
  readonly selfContained: boolean;
}

/**
 * How an encoder gets into the model that is written to `directory`. The encoder that lies in that very model goes on lying
 * there, whether a copy was asked for or not, since what is replaced is removed; where it came from is known from the old
 * manifest.
 * @throws {PolyheadError} INVALID_ARGUMENT, MODEL_ENCODER_MISMATCH if the model got another encoder meanwhile,
 * MODEL_FOLDER_INVALID for a broken model whose encoder is to stay
 */
export async function toSavedEncoder(directory: string, source: SavedEncoderSource): Promise<SavedEncoder> {
  const { encoder, trained, selfContained } = source;
  const { description } = encoder;
  const folder = trained === undefined ? await findFolder(encoder) : trained.licenseDirectory;
  const isOwn = folder !== undefined && (await isInEncoderOf(directory, folder));
  const old = isOwn ? (await readManifest(directory)).encoder : undefined;
  const licensed = trained !== undefined || isLoadedEncoder(encoder) ? folder : undefined;
  const origin =
    old?.storage === 'copied'
      ? { reference: old.reference, license: old.license }
      : {
          reference: toStableReference(trained?.reference ?? description.reference),
          license: licensed === undefined ? undefined : await readEncoderLicense(licensed),
        };
  const fill = trained ?? (old === undefined ? toFill(encoder, selfContained) : await keepOwn(directory, encoder, old));
  return {
    manifest: { ...description, ...origin, storage: fill === 'none' ? 'referenced' : 'copied' },
    fill,
    isOwn,
  };
}

/** The folder of an encoder; undefined if it has none, or it cannot be told without asking the hub. */
async function findFolder(encoder: Encoder): Promise<string | undefined> {
  if (isLoadedEncoder(encoder)) return encoder.directory;
  try {
    const { reference } = encoder.description;
    return parseModelReference(reference).kind === 'folder' ? (await resolveModel(reference)).directory : undefined;
  } catch {
    // An encoder of the caller's own may be called anything.
    return undefined;
  }
}

async function isInEncoderOf(directory: string, folder: string): Promise<boolean> {
  const real = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
  const [own, used] = [await real(join(await followLinks(directory), files.encoder)), await real(folder)];
  if (own === undefined || used === undefined) return false;
  const way = relative(own, used);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(own, way) !== way);
}

function toFill(encoder: Encoder, selfContained: boolean): EncoderFill {
  if (!selfContained) return 'none';
  if (isLoadedEncoder(encoder)) return { write: (target) => copyEncoderFiles(encoder, target) };
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: 'A self-contained model needs the files of its encoder, and this encoder does not say where they are.',
    remedy: 'Pass the encoder that loadEncoder returned.',
    details: { field: 'selfContained' },
  });
}

/** As it is, or the same files with other settings. */
async function keepOwn(directory: string, encoder: Encoder, old: EncoderManifest): Promise<EncoderFill> {
  const { description } = encoder;
  if (description.digest === old.digest) return 'kept';
  const found = isLoadedEncoder(encoder) ? await digestOfFiles(encoder) : old.digest;
  if (isLoadedEncoder(encoder) && found === description.digest) {
    return {
      write: (target) => copyEncoderFiles(encoder, target),
      writeAdapters: (target) => takeAdapters(directory, target),
    };
  }
  throw new PolyheadError('MODEL_ENCODER_MISMATCH', {
    message: `"${directory}" no longer has the encoder that the heads were trained on: another training replaced it meanwhile.`,
    remedy: 'Train the heads again on the new encoder, or save them to another folder.',
    details: { file: directory, field: 'encoder.digest', expected: description.digest, found },
  });
}

/** What the encoder's files give now with its settings. */
async function digestOfFiles({ directory, description }: LoadedEncoder): Promise<string> {
  const encoder = await loadEncoder(directory, { ...toEncoderOptions(description), threads: 1 });
  await encoder.release();
  return encoder.description.digest;
}

/** A folder is named by its full path, so that the model can be loaded from any working directory. */
function toStableReference(reference: string): string {
  try {
    const parsed = parseModelReference(reference);
    return parsed.kind === 'folder' && !parsed.path.startsWith('~') ? resolve(parsed.path) : reference;
  } catch (error) {
    // An encoder of the caller's own may be called anything; it is passed to loadModel again.
    if (hasErrorCode(error, 'MODEL_REFERENCE_INVALID')) return reference;
    throw error;
  }
}

/** True for an encoder that knows its files and can be exported. */
export function isLoadedEncoder(encoder: Encoder): encoder is LoadedEncoder {
  return 'directory' in encoder && 'toOnnxModel' in encoder;
}
