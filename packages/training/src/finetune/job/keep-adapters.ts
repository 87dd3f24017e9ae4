import { rm } from 'node:fs/promises';
import { PolyheadError } from '@polyhead/types';
import type { LoraConfig } from '../../config/training-config.ts';
import type { LearningEncoder } from './encoder-loaders.ts';

/**
 * Leaves the low-rank adapters of a trained encoder in a folder, if the job is to keep them.
 * @returns the folder, or undefined if there is nothing to keep
 * @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL
 */
export async function keepAdapters(
  encoder: LearningEncoder,
  lora: LoraConfig | undefined,
  directory: string,
): Promise<string | undefined> {
  await rm(directory, { recursive: true, force: true });
  if (lora?.keepAdapters !== true) return undefined;
  if (encoder.saveAdapters === undefined) {
    throw new PolyheadError('INTERNAL', { message: 'This encoder does not know how to save its adapters.' });
  }
  await encoder.saveAdapters(directory);
  return directory;
}
