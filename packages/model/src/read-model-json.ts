import { readJson } from '@polyhead/files';
import { PolyheadError, type JsonValue } from '@polyhead/types';

/**
 * A JSON file of a model folder.
 * @throws {PolyheadError} MODEL_FOLDER_INVALID if it is missing or not JSON, FILE_UNREADABLE
 */
export async function readModelJson(file: string): Promise<JsonValue> {
  try {
    return await readJson(file);
  } catch (error) {
    if (!PolyheadError.isInstance(error) || error.code === 'FILE_UNREADABLE') throw error;
    throw new PolyheadError('MODEL_FOLDER_INVALID', {
      message: `A file of the model is missing or damaged: ${error.message}`,
      remedy: 'Restore the folder from a copy, or train the model again.',
      details: { file },
      cause: error,
    });
  }
}
