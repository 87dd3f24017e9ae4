import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What tells whether a file of a bundled model is still the one that was published. */
export interface FileRecord {
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** Names of all files below a folder, relative to it, sorted. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
}

/** Size and checksum of files of a folder, as provenance.json of a bundled model lists them. */
export async function describeFiles(folder: string, names: readonly string[]): Promise<Record<string, FileRecord>> {
  const records: Record<string, FileRecord> = {};
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    records[name] = { bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  return records;
}
