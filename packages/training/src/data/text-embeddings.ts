import { PolyheadError, type EncodeOptions, type Encoder, type Matrix } from '@polyhead/types';

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
  const rows = new Map<string, number>();
  for (const list of lists) for (const text of list) if (!rows.has(text)) rows.set(text, rows.size);
  const embeddings = await encoder.encode([...rows.keys()], options);
  return {
    size: rows.size,
    truncated: embeddings.truncated.reduce((sum, flag) => sum + flag, 0),
    select: (texts) => selectMatrixRows(embeddings, texts, rows),
  };
}

function selectMatrixRows(embeddings: Matrix, texts: readonly string[], rows: ReadonlyMap<string, number>): Matrix {
  const { columns } = embeddings;
  const data = new Float32Array(texts.length * columns);
  texts.forEach((text, index) => {
    const row = rows.get(text);
    if (row === undefined)
      throw new PolyheadError('INTERNAL', { message: `A text was asked for that was not encoded: row ${index}.` });
    data.set(embeddings.data.subarray(row * columns, (row + 1) * columns), index * columns);
  });
  return { data, rows: texts.length, columns };
}
