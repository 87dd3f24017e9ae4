import { readFile, readdir, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { PolyheadError, type JsonValue } from '@polyhead/types';
import { toFileError } from './file-error.ts';

/**
 * The bytes of a file of at most 2 GiB.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw toFileError(error, path, 'read');
  }
}

/**
 * The text of a UTF-8 file, without its byte order mark.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, DATA_ENCODING
 */
export async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PolyheadError('DATA_ENCODING', {
      message: `"${path}" is not UTF-8 text.`,
      remedy: 'Convert it to UTF-8, or check that it is the file you meant.',
      details: { file: path },
      cause: error,
    });
  }
}

/**
 * The value in a JSON file.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, DATA_ENCODING, DATA_MALFORMED
 */
export async function readJson(path: string): Promise<JsonValue> {
  const text = await readText(path);
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new PolyheadError('DATA_MALFORMED', {
      message: `"${path}" is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`,
      details: { file: path },
      cause: error,
    });
  }
}

/** True if a file or folder of this path exists. */
export async function pathExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * The names of the files below a folder, with `/` between folders, sorted.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function listFiles(directory: string): Promise<string[]> {
  try {
    const place = resolve(directory);
    const entries = await readdir(place, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => relative(place, resolve(entry.parentPath, entry.name)).replaceAll(sep, '/'))
      .sort();
  } catch (error) {
    throw toFileError(error, directory, 'read');
  }
}
