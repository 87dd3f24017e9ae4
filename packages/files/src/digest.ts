import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { toFileError } from './file-error.ts';

/** SHA-256 in hexadecimal; text is hashed as UTF-8. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * SHA-256 of a file of any size, in hexadecimal.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } catch (error) {
    throw toFileError(error, path, 'read');
  }
  return hash.digest('hex');
}
