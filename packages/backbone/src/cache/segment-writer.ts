import { randomUUID } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toFileError } from '@polyhead/files';
import { createHeader, encodeEntry, type CacheEntry } from './record-format.ts';

/** Texts with their embeddings, to be put into the cache. */
export interface NewRecords {
  readonly entries: readonly CacheEntry[];
  /** `[entries, dimension]` */
  readonly vectors: Float32Array;
}

/** Appends records to a segment that nobody else writes to. */
export interface SegmentWriter {
  /** @throws {PolyheadError} FILE_NOT_WRITABLE, DISK_FULL */
  append(records: NewRecords): Promise<void>;
}

/** Names sort by time, so that a reader knows which of two records of one text is the newer. */
function createSegmentName(): string {
  return `${Date.now().toString(36)}-${randomUUID()}`;
}

/** The bytes of one row of a matrix. */
function rowBytes(vectors: Float32Array, row: number, dimension: number): Uint8Array {
  return new Uint8Array(vectors.buffer, vectors.byteOffset + row * dimension * 4, dimension * 4);
}

/**
 * A writer with a segment of its own, which appears with the first record. After a failed write it starts another one,
 * since the failed one may end in half a vector.
 */
export function createSegmentWriter(directory: string, dimension: number): SegmentWriter {
  let name: string | undefined;
  return {
    async append({ entries, vectors }) {
      const isNew = name === undefined;
      const segment = join(directory, name ?? createSegmentName());
      const index = entries.map((entry, row) => encodeEntry(entry, rowBytes(vectors, row, dimension)));
      if (isNew) index.unshift(createHeader(dimension));
      name = undefined;
      try {
        await mkdir(directory, { recursive: true });
        // Vectors first: an entry never points at a vector that is not there.
        await appendFile(`${segment}.vectors`, new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength));
        await appendFile(`${segment}.index`, Buffer.concat(index));
        name = segment.slice(directory.length + 1);
      } catch (error) {
        throw toFileError(error, segment, 'write');
      }
    },
  };
}
