import type { EncodedText, Embeddings, EncodeOptions } from '@polyhead/types';
import { assertTexts } from './assert-texts.ts';

/** Turns texts into embeddings, in the order of the texts. */
export type EncodeTexts = (texts: readonly string[], options: EncodeOptions) => Promise<Embeddings>;

/** Most texts, and most UTF-16 units of text, that are held at once. */
const chunkTexts = 4096;
const chunkUnits = 8_000_000;

/**
 * Encodes a stream chunk by chunk; keeps order. Progress is reported without a total.
 * @throws {PolyheadError} INVALID_TEXT with the text's index in the stream, and what `encode` throws
 */
export async function* encodeStreamInChunks(
  encode: EncodeTexts,
  texts: AsyncIterable<string> | Iterable<string>,
  options: EncodeOptions,
): AsyncGenerator<EncodedText> {
  let done = 0;
  let chunk: string[] = [];
  let units = 0;
  const { onProgress, ...others } = options;

  const encodeChunk = async (): Promise<EncodedText[]> => {
    const before = done;
    const embeddings = await encode(chunk, {
      ...others,
      onProgress: (progress) => onProgress?.({ ...progress, done: before + progress.done, total: undefined }),
    });
    const encoded = chunk.map((text, row) => toEncodedText(text, embeddings, row));
    done += chunk.length;
    chunk = [];
    units = 0;
    return encoded;
  };

  for await (const text of texts) {
    assertTexts([text], done + chunk.length);
    chunk.push(text);
    units += text.length;
    if (chunk.length >= chunkTexts || units >= chunkUnits) yield* await encodeChunk();
  }
  if (chunk.length > 0) yield* await encodeChunk();
}

function toEncodedText(text: string, embeddings: Embeddings, row: number): EncodedText {
  const { data, columns, truncated, tokenCounts } = embeddings;
  return {
    text,
    // A copy: a view would keep the whole chunk in memory for as long as one of its embeddings is.
    embedding: data.slice(row * columns, (row + 1) * columns),
    truncated: truncated[row] === 1,
    tokenCount: tokenCounts[row] ?? 0,
  };
}
