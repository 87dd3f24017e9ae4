import { createHash } from 'node:crypto';

/**
 * A segment is a pair of files. `NAME.index` has a header and then one entry a text, each 32 bytes: 16 bytes of the
 * text's SHA-256, token count (uint32), flags (uint32, bit 0: truncated), 8 bytes of checksum over these and the vector.
 * `NAME.vectors` has the embeddings (float32, little-endian) in the same order. Entry n belongs to vector n.
 */
export const entryBytes = 32;
const textHashBytes = 16;
const checksumBytes = 8;
const checkedBytes = entryBytes - checksumBytes;

/** What the cache knows of a text beside its embedding. */
export interface CacheEntry {
  /** 16 bytes, one a character, so that it can be the key of a Map. */
  readonly textKey: string;
  readonly tokenCount: number;
  readonly truncated: boolean;
}

/** First entry of an index file: says what the file is. */
export function createHeader(dimension: number): Buffer {
  const header = Buffer.alloc(entryBytes);
  header.write('POLYHEAD-EMBED-1', 0, 'latin1');
  header.writeUInt32LE(dimension, textHashBytes);
  return header;
}

/** The key of a text in an index. */
export function toTextKey(text: string): string {
  return createHash('sha256').update(text).digest().toString('latin1', 0, textHashBytes);
}

/** Writes an entry with its checksum. */
export function encodeEntry(entry: CacheEntry, vector: Uint8Array): Buffer {
  const bytes = Buffer.alloc(entryBytes);
  bytes.write(entry.textKey, 0, 'latin1');
  bytes.writeUInt32LE(entry.tokenCount, textHashBytes);
  bytes.writeUInt32LE(entry.truncated ? 1 : 0, textHashBytes + 4);
  checksum(bytes, vector).copy(bytes, checkedBytes);
  return bytes;
}

/** Reads an entry; whether it is sound is only known together with its vector. */
export function decodeEntry(bytes: Buffer): CacheEntry {
  return {
    textKey: bytes.toString('latin1', 0, textHashBytes),
    tokenCount: bytes.readUInt32LE(textHashBytes),
    truncated: (bytes.readUInt32LE(textHashBytes + 4) & 1) === 1,
  };
}

/** True if entry and vector belong together and are as they were written. */
export function isSound(entry: Buffer, vector: Uint8Array): boolean {
  return checksum(entry, vector).equals(entry.subarray(checkedBytes, entryBytes));
}

function checksum(entry: Buffer, vector: Uint8Array): Buffer {
  const hash = createHash('sha256').update(entry.subarray(0, checkedBytes)).update(vector);
  return hash.digest().subarray(0, checksumBytes);
}
