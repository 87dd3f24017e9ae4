import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { pathExists, toFileError } from '@polyhead/files';
import { PolyheadError, assertNotAborted } from '@polyhead/types';
import { attempts, pauseBefore, type Fetch, type HubFetchOptions } from './hub-fetch.ts';

/** Checksum that a file should have: SHA-256 of large files, git's own hash of small ones. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'git-blob';
  /** In hexadecimal. */
  readonly value: string;
}

/** A file to be downloaded. */
export interface RemoteFile {
  readonly url: string;
  /** In bytes. */
  readonly size: number;
  readonly checksum: Checksum;
}

/** How a file is downloaded. */
export interface DownloadOptions extends Pick<HubFetchOptions, 'signal' | 'retryDelay'> {
  readonly fetch: Fetch;
  /** Hears how many bytes of the file are there. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Downloads a file. What an earlier, interrupted download left is kept and only the rest is asked for. The file appears
 * under its name only after its checksum was found right.
 * @throws {PolyheadError} CHECKSUM_MISMATCH, HUB_UNREACHABLE, MODEL_NOT_FOUND, ABORTED, DISK_FULL, FILE_NOT_WRITABLE
 */
export async function downloadFile(file: RemoteFile, target: string, options: DownloadOptions): Promise<void> {
  const part = `${target}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const hadPart = (await sizeOf(part)) > 0;
    await downloadPart(file, part, options);
    if (!(await hasChecksum(part, file)) && hadPart) {
      // What was kept may have been another version of the file: once more, from the start.
      await rm(part, { force: true });
      await downloadPart(file, part, options);
    }
    if (!(await hasChecksum(part, file))) {
      await rm(part, { force: true });
      throw createChecksumError(file);
    }
    await renameWhole(part, target);
  } catch (error) {
    throw toFileError(error, target, 'write');
  }
}

/**
 * Copies a file that is on disk already, if it has the right checksum.
 * @returns whether it was copied
 * @throws {PolyheadError} DISK_FULL, FILE_NOT_WRITABLE
 */
export async function copySameFile(file: RemoteFile, source: string, target: string): Promise<boolean> {
  try {
    if (!(await pathExists(source)) || !(await hasChecksum(source, file))) return false;
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, `${target}.part`, constants.COPYFILE_FICLONE);
    await renameWhole(`${target}.part`, target);
    return true;
  } catch (error) {
    throw toFileError(error, target, 'write');
  }
}

/** What was renamed before it was on the disk would be empty after a power failure, and pass for whole. */
async function renameWhole(part: string, target: string): Promise<void> {
  // Windows syncs only what may be written.
  const file = await open(part, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, target);
}

function createChecksumError(file: RemoteFile): PolyheadError {
  return new PolyheadError('CHECKSUM_MISMATCH', {
    message: `What was downloaded from ${file.url} does not have the checksum ${file.checksum.value}.`,
    remedy: 'Try again; if it stays so, a proxy or mirror on the way changes or cuts the file.',
    details: { url: file.url, expected: file.checksum.value },
  });
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (entry) => entry.size,
    () => 0,
  );
}

/** Fetches until the part file has its full size, going on where a broken connection stopped. */
async function downloadPart(file: RemoteFile, part: string, options: DownloadOptions): Promise<void> {
  let failure: unknown;
  let attempt = 0;
  while (attempt < attempts) {
    await pauseBefore(attempt, options);
    const start = await sizeOf(part);
    if (start === file.size && start > 0) return;
    if (start > file.size) await rm(part, { force: true });
    try {
      await fetchRest(file, part, { ...options, start: start > file.size ? 0 : start });
      return;
    } catch (error) {
      assertNotAborted(options.signal);
      if (PolyheadError.isInstance(error) || isFileSystemError(error)) throw error;
      failure = error;
      // A connection that brought something is worth another one.
      attempt = (await sizeOf(part)) > start ? 1 : attempt + 1;
    }
  }
  throw new PolyheadError('HUB_UNREACHABLE', {
    message: `The download of ${file.url} broke off ${attempts} times: ${failure instanceof Error ? failure.message : String(failure)}.`,
    remedy: 'Try again: what was downloaded so far is kept.',
    details: { url: file.url },
    cause: failure,
  });
}

function isFileSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

async function fetchRest(
  file: RemoteFile,
  part: string,
  options: DownloadOptions & { readonly start: number },
): Promise<void> {
  const { start } = options;
  const response = await options.fetch(file.url, start > 0 ? { headers: { Range: `bytes=${start}-` } } : {});
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new PolyheadError('MODEL_NOT_FOUND', {
      message: `${file.url} cannot be downloaded: the hub answered with status ${response.status}.`,
      remedy: 'Check the model id and revision; a private or gated model needs HF_TOKEN.',
      details: { url: file.url, status: response.status },
    });
  }
  // A server that does not know ranges sends the whole file.
  const isContinued = start > 0 && response.status === 206;
  let bytes = isContinued ? start : 0;
  const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  body.on('data', (chunk: Uint8Array) => {
    bytes += chunk.byteLength;
    options.onBytes(bytes);
  });
  await pipeline(body, createWriteStream(part, { flags: isContinued ? 'a' : 'w' }));
}

async function hasChecksum(path: string, file: RemoteFile): Promise<boolean> {
  if ((await sizeOf(path)) !== file.size) return false;
  const hash = startHash(file);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex') === file.checksum.value;
}

function startHash({ checksum, size }: RemoteFile): Hash {
  // Git hashes a header in front of the content: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
  return checksum.algorithm === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}
