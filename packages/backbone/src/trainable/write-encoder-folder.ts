import { copyEncoderSettings } from '../copy-encoder-files.ts';
import type { EncoderFolder } from '../encoder-folder.ts';
import { writeWeights, type NamedParameters } from '../write-weights.ts';

/**
 * Writes an encoder folder with other weights.
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function writeEncoderFolder(
  directory: string,
  folder: EncoderFolder,
  parameters: NamedParameters,
): Promise<void> {
  await copyEncoderSettings(folder, directory);
  await writeWeights(directory, folder.files, parameters);
}
