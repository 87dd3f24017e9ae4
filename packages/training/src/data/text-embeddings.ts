import { PolyheadError, type EncodeOptions, type Encoder, type Matrix } from '@polyhead/types';
import { selectMatrixRows } from './select-matrix-rows.ts';

/** The embeddings of a set of distinct texts, looked up by text. */
export interface TextEmbeddings {
  /** Number of distinct texts. */
  readonly size: number;
  /** How many of them were cut. */
  readonly truncated: number;
  /**
   * `[texts, dimension]` in the order asked for.
   * @throws {PolyheadError} INTERNAL for a text that was not encoded
   */
  select(texts: readonly string[]): Matrix;
}

/** Encodes every distinct text of the lists once, in one pass, whichever heads it belongs to. */
export async function encodeDistinctTexts(
  encoder: Encoder,
  lists: readonly (readonly string[])[],
  options: EncodeOptions,
): Promise<TextEmbeddings> {
  const texts = [...new Set(lists.flat())];
  const embeddings = await encoder.encode(texts, options);
  return createTextEmbeddings(texts, embeddings, embeddings.truncated);
}

/**
 * Embeddings that are there already, looked up by text.
 * @param texts each once, in the order of the rows
 * @param truncated for each text: 1 if it was cut
 */
export function createTextEmbeddings(
  texts: readonly string[],
  embeddings: Matrix,
  truncated: Uint8Array,
): TextEmbeddings {
  const rowOf = new Map(texts.map((text, row) => [text, row]));
  return {
    size: texts.length,
    truncated: truncated.reduce((sum, flag) => sum + flag, 0),
    select: (wanted) =>
      selectMatrixRows(
        embeddings,
        wanted.map((text, index) => rowOf.get(text) ?? missing(index)),
      ),
  };
}

function missing(index: number): never {
  throw new PolyheadError('INTERNAL', { message: `A text was asked for that was not encoded: row ${index}.` });
}
