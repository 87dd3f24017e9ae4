import { PolyheadError, type Encoding, type JsonValue } from '@polyhead/types';

/** Encodings of ids `[rows][length]`, as the tokenizer would give them. */
export function toEncodings(rows: JsonValue | undefined): Encoding[] {
  if (!Array.isArray(rows)) {
    throw new PolyheadError('INVALID_ARGUMENT', { message: 'A batch has no ids.' });
  }
  return rows.map((row) => {
    const ids = Int32Array.from(Array.isArray(row) ? row : [], Number);
    return {
      ids,
      typeIds: new Uint8Array(ids.length),
      specialTokensMask: new Uint8Array(ids.length),
      sequenceIds: new Int8Array(ids.length),
      offsets: undefined,
      tokenCount: ids.length,
      truncated: false,
    };
  });
}
