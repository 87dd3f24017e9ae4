import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { toFileError } from '@polyhead/files';
import { PolyheadError } from '@polyhead/types';

const chunkBytes = 1 << 18;

/**
 * The bytes of a file in chunks; unpacked if it is gzip-compressed. The file is closed when the loop over it ends.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE, DATA_MALFORMED (damaged compression)
 */
export async function* openByteStream(path: string, compressed: boolean): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  // The callback is needed, errors arrive through the loop below.
  const stream = compressed ? pipeline(file, createGunzip({ chunkSize: chunkBytes }), () => undefined) : file;
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw toReadError(error, path);
  } finally {
    stream.destroy();
    file.destroy();
  }
}

function toReadError(error: unknown, path: string): PolyheadError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('Z_')) return toFileError(error, path, 'read');
  return new PolyheadError('DATA_MALFORMED', {
    message: `"${path}" cannot be unpacked: ${error instanceof Error ? error.message : code}.`,
    remedy: 'The file is cut short, damaged or not gzip; copy or download it again.',
    details: { file: path },
    cause: error,
  });
}
