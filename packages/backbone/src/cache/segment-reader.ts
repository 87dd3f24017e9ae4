import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createHeader, decodeEntry, entryBytes, isSound, type CacheEntry } from './record-format.ts';

/** Where a record is. */
interface Place {
  readonly segment: string;
  readonly row: number;
}

/** A text found in the cache. */
export interface CacheHit {
  /** Position among the keys that were looked up. */
  readonly position: number;
  readonly entry: CacheEntry;
  /** `[dimension]`; only valid until the callback returns. */
  readonly vector: Float32Array;
}

/** Finds records in all segments of a folder. */
export interface SegmentReader {
  /**
   * Calls `onHit` for every key that has a sound record. Records written by other processes since the last call are
   * found too. Files that cannot be read, and damaged or half-written records, count as not there.
   */
  find(keys: readonly string[], onHit: (hit: CacheHit) => void): Promise<void>;
}

/** Rows that are read with one system call when they lie side by side. */
const rowsPerRead = 512;

/** A reader of the segments in a folder. Keeps only keys and places in memory, about 100 bytes a text. */
export function createSegmentReader(directory: string, dimension: number): SegmentReader {
  const places = new Map<string, Place>();
  const rowsSeen = new Map<string, number>();

  const readNewEntries = async (segment: string): Promise<void> => {
    await withFile(join(directory, `${segment}.index`), async (file) => {
      const seen = rowsSeen.get(segment) ?? 0;
      if (seen === 0 && !createHeader(dimension).equals(await readAt(file, 0, entryBytes))) return;
      const bytes = await readAt(file, (seen + 1) * entryBytes, Number.MAX_SAFE_INTEGER);
      const count = Math.floor(bytes.length / entryBytes);
      for (let entry = 0; entry < count; entry++) {
        const { textKey } = decodeEntry(bytes.subarray(entry * entryBytes, (entry + 1) * entryBytes));
        places.set(textKey, { segment, row: seen + entry });
      }
      rowsSeen.set(segment, seen + count);
    });
  };

  const refresh = async (): Promise<void> => {
    const names = await readdir(directory).catch(() => []);
    // Oldest first: a record that was written again because an older one is damaged takes its place.
    for (const name of names.sort()) {
      if (name.endsWith('.index')) await readNewEntries(name.slice(0, -'.index'.length));
    }
  };

  return {
    async find(keys, onHit) {
      await refresh();
      for (const [segment, wanted] of groupBySegment(keys, places)) {
        await readRecords({ path: join(directory, segment), dimension, wanted }, (hit) => {
          if (hit.entry.textKey === keys[hit.position]) onHit(hit);
        });
      }
    },
  };
}

/** A record that is wanted: its row in a segment, and the position of its key. */
interface Wanted {
  readonly row: number;
  readonly position: number;
}

function groupBySegment(keys: readonly string[], places: ReadonlyMap<string, Place>): Map<string, Wanted[]> {
  const groups = new Map<string, Wanted[]>();
  keys.forEach((key, position) => {
    const place = places.get(key);
    if (place === undefined) return;
    const group = groups.get(place.segment) ?? [];
    group.push({ row: place.row, position });
    groups.set(place.segment, group);
  });
  return groups;
}

interface SegmentRequest {
  /** Of both files, without ending. */
  readonly path: string;
  readonly dimension: number;
  readonly wanted: readonly Wanted[];
}

async function readRecords({ path, dimension, wanted }: SegmentRequest, onHit: (hit: CacheHit) => void): Promise<void> {
  const sorted = [...wanted].sort((a, b) => a.row - b.row);
  await withFile(`${path}.index`, (index) =>
    withFile(`${path}.vectors`, async (vectors) => {
      let start = 0;
      while (start < sorted.length) {
        const firstRow = sorted[start]?.row ?? 0;
        let end = start + 1;
        while (end < sorted.length && (sorted[end]?.row ?? 0) - firstRow < rowsPerRead) end++;
        const group = sorted.slice(start, end);
        const rows = (group.at(-1)?.row ?? firstRow) - firstRow + 1;
        const entries = await readAt(index, (firstRow + 1) * entryBytes, rows * entryBytes);
        const values = await readAt(vectors, firstRow * dimension * 4, rows * dimension * 4);
        for (const { row, position } of group) {
          const entry = entries.subarray((row - firstRow) * entryBytes, (row - firstRow + 1) * entryBytes);
          const vector = values.subarray((row - firstRow) * dimension * 4, (row - firstRow + 1) * dimension * 4);
          if (entry.length < entryBytes || vector.length < dimension * 4 || !isSound(entry, vector)) continue;
          onHit({
            position,
            entry: decodeEntry(entry),
            vector: new Float32Array(vector.buffer, vector.byteOffset, dimension),
          });
        }
        start = end;
      }
    }),
  );
}

/** Bytes from a position on; fewer if the file ends before. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await file.stat();
  const wanted = Math.max(0, Math.min(length, size - position));
  // Not from Buffer's pool: vectors are viewed as float32 and must start at a multiple of 4.
  const buffer = Buffer.from(new ArrayBuffer(wanted));
  const { bytesRead } = await file.read(buffer, 0, wanted, position);
  return buffer.subarray(0, bytesRead);
}

/** Does nothing if the file is not there or cannot be read: a cache may always be incomplete. */
async function withFile(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return;
  try {
    await work(file);
  } finally {
    await file.close();
  }
}
