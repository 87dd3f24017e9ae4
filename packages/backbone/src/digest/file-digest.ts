import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathExists, readText, sha256, sha256OfFile, toFileError, writeFileAtomic } from '@polyhead/files';

/** Files from this size on are hashed once and then known by path, size and time of change. */
const rememberFromBytes: number = 256 * 1024 * 1024;

/**
 * SHA-256 of a file. Hashing gigabytes takes seconds, so the digest of a large file is remembered in the cache folder
 * together with the file's path, size, inode and times of change; if any of these differs, it is hashed again. A large
 * file whose content is changed while all of them are kept would go unnoticed.
 * @throws {PolyheadError} FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function digestFile(
  path: string,
  cacheDirectory: string,
  rememberFrom: number = rememberFromBytes,
): Promise<string> {
  const entry = await stat(path).catch((error: unknown) => {
    throw toFileError(error, path, 'read');
  });
  if (entry.size < rememberFrom) return sha256OfFile(path);
  const identity = [resolve(path), entry.size, entry.ino, entry.mtimeMs, entry.ctimeMs].join('\n');
  const memory = join(cacheDirectory, 'digests', sha256(identity));
  if (await pathExists(memory)) {
    const remembered = (await readText(memory).catch(() => '')).trim();
    if (/^[0-9a-f]{64}$/.test(remembered)) return remembered;
  }
  const digest = await sha256OfFile(path);
  // A cache that cannot be written costs time, not correctness.
  await writeFileAtomic(memory, `${digest}\n`).catch(() => undefined);
  return digest;
}
