import { join } from 'node:path';
import { sha256 } from '@polyhead/files';
import type { Embeddings, EncodeOptions, Encoder, EncoderDescription, Logger } from '@polyhead/types';
import { assertTexts } from '../encoding/assert-texts.ts';
import { createEmbeddings } from '../encoding/embeddings.ts';
import { encodeStreamInChunks } from '../encoding/encode-stream.ts';
import { toTextKey } from './record-format.ts';
import { createSegmentReader, type SegmentReader } from './segment-reader.ts';
import { createSegmentWriter, type SegmentWriter } from './segment-writer.ts';

/** How embeddings are kept on disk. */
export interface CachedEncoderOptions {
  /** Folder of the cache; may be shared by encoders, settings and processes. */
  readonly directory: string;
  /** Hears when the cache cannot be written; encoding goes on without it. */
  readonly logger?: Logger | undefined;
}

/** Embeddings are stored after so many texts, so that little is lost when the work is stopped. */
const textsPerWrite = 4096;

interface Store {
  readonly reader: SegmentReader;
  readonly writer: SegmentWriter;
}

/**
 * The same encoder with its embeddings kept on disk. A text that was encoded before with the same encoder (by its
 * digest), prompt and treatment of long texts is read instead of encoded. Several processes may use one folder at the
 * same time. A damaged or half-written record is encoded again, never returned.
 */
export function createCachedEncoder(encoder: Encoder, options: CachedEncoderOptions): Encoder {
  const { description } = encoder;
  const stores = new Map<string, Store>();
  let canWrite = true;

  const openStore = (encodeOptions: EncodeOptions): Store => {
    const name = toStoreName(description, encodeOptions);
    const directory = join(options.directory, name);
    const store = stores.get(name) ?? {
      reader: createSegmentReader(directory, description.dimension),
      writer: createSegmentWriter(directory, description.dimension),
    };
    stores.set(name, store);
    return store;
  };

  const save = async (store: Store, keys: readonly string[], embeddings: Embeddings): Promise<void> => {
    if (!canWrite) return;
    const entries = keys.map((textKey, row) => ({
      textKey,
      tokenCount: embeddings.tokenCounts[row] ?? 0,
      truncated: embeddings.truncated[row] === 1,
    }));
    try {
      await store.writer.append({ entries, vectors: embeddings.data });
    } catch (error) {
      canWrite = false;
      options.logger?.warn(
        `Embeddings are not cached any more: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };

  const encode = async (texts: readonly string[], encodeOptions: EncodeOptions = {}): Promise<Embeddings> => {
    assertTexts(texts);
    const store = openStore(encodeOptions);
    const result = createEmbeddings(texts.length, description.dimension);
    const keys = texts.map(toTextKey);
    const missing = await readKnown(store.reader, keys, result);
    let done = texts.length - missing.reduce((count, { rows }) => count + rows.length, 0);
    const report = (more: number): void =>
      encodeOptions.onProgress?.({ phase: 'encoding', done: done + more, total: texts.length, unit: 'texts' });
    report(0);
    for (let start = 0; start < missing.length; start += textsPerWrite) {
      const part = missing.slice(start, start + textsPerWrite);
      const embeddings = await encoder.encode(
        part.map(({ rows: [row = 0] }) => texts[row] ?? ''),
        {
          ...encodeOptions,
          onProgress: (progress) => {
            report(progress.done);
          },
        },
      );
      part.forEach(({ rows }, index) => {
        for (const row of rows) copyRow({ from: embeddings, index, to: result, row });
      });
      await save(
        store,
        part.map(({ key }) => key),
        embeddings,
      );
      done += part.reduce((count, { rows }) => count + rows.length, 0);
      report(0);
    }
    return result;
  };

  return {
    description,
    encode,
    encodeStream: (texts, encodeOptions = {}) => encodeStreamInChunks(encode, texts, encodeOptions),
    release: () => encoder.release(),
  };
}

/** One folder for each way of turning texts into embeddings. */
function toStoreName(description: EncoderDescription, options: EncodeOptions): string {
  const longText = options.longText ?? description.longText;
  const windowStride = longText === 'windows' ? (options.windowStride ?? 'default') : 'none';
  const prompt = options.prompt ?? description.prompt;
  return sha256(JSON.stringify([description.digest, prompt, longText, windowStride])).slice(0, 32);
}

/** A text that is not in the cache, with the rows where it occurs. */
interface MissingText {
  readonly key: string;
  readonly rows: number[];
}

/** Fills in what the cache has and gives back the rest. */
async function readKnown(reader: SegmentReader, keys: readonly string[], result: Embeddings): Promise<MissingText[]> {
  const rowsByKey = new Map<string, number[]>();
  keys.forEach((key, row) => {
    const rows = rowsByKey.get(key);
    if (rows === undefined) rowsByKey.set(key, [row]);
    else rows.push(row);
  });
  const distinct = [...rowsByKey.keys()];
  await reader.find(distinct, ({ position, entry, vector }) => {
    const key = distinct[position] ?? '';
    for (const row of rowsByKey.get(key) ?? []) {
      result.data.set(vector, row * result.columns);
      result.truncated[row] = entry.truncated ? 1 : 0;
      result.tokenCounts[row] = entry.tokenCount;
    }
    rowsByKey.delete(key);
  });
  return [...rowsByKey].map(([key, rows]) => ({ key, rows }));
}

interface RowCopy {
  readonly from: Embeddings;
  readonly index: number;
  readonly to: Embeddings;
  readonly row: number;
}

function copyRow({ from, index, to, row }: RowCopy): void {
  const { columns } = from;
  to.data.set(from.data.subarray(index * columns, (index + 1) * columns), row * columns);
  to.truncated[row] = from.truncated[index] ?? 0;
  to.tokenCounts[row] = from.tokenCounts[index] ?? 0;
}
