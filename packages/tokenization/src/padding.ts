import { PolyheadError, type BatchOptions, type Encoding, type TokenBatch } from '@polyhead/types';

/** How rows are brought to one length. */
export type PaddingOptions = Pick<BatchOptions, 'padding' | 'padToMultipleOf' | 'maximumLength'>;

/**
 * One batch `[rows, length]`, padded on the right; padding has type 0 and attention 0.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function padEncodings(encodings: readonly Encoding[], padId: number, options: PaddingOptions = {}): TokenBatch {
  const length = paddedLength(encodings, options);
  const rows = encodings.length;
  const batch = {
    rows,
    length,
    ids: new Int32Array(rows * length),
    attentionMask: new Uint8Array(rows * length),
    typeIds: new Uint8Array(rows * length),
    tokenCounts: new Int32Array(rows),
    truncated: new Uint8Array(rows),
  };
  if (padId !== 0) batch.ids.fill(padId);
  for (const [row, encoding] of encodings.entries()) {
    const start = row * length;
    batch.ids.set(encoding.ids, start);
    batch.typeIds.set(encoding.typeIds, start);
    batch.attentionMask.fill(1, start, start + encoding.ids.length);
    batch.tokenCounts[row] = encoding.tokenCount;
    batch.truncated[row] = encoding.truncated ? 1 : 0;
  }
  return batch;
}

function paddedLength(encodings: readonly Encoding[], options: PaddingOptions): number {
  const multiple = options.padToMultipleOf ?? 1;
  if (!Number.isInteger(multiple) || multiple < 1) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `padToMultipleOf is ${String(multiple)}.`,
      remedy: 'Pass an integer of at least 1.',
    });
  }
  const longest = encodings.reduce((length, encoding) => Math.max(length, encoding.ids.length), 0);
  const wanted = options.padding === 'max-length' ? fixedLength(longest, options.maximumLength) : longest;
  return Math.ceil(wanted / multiple) * multiple;
}

function fixedLength(longest: number, maximumLength: number | undefined): number {
  if (maximumLength !== undefined && Number.isInteger(maximumLength) && maximumLength >= longest) return maximumLength;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `padding "max-length" with maximumLength ${String(maximumLength)}, but the longest row has ${String(longest)} tokens.`,
    remedy: 'Pass the maximumLength that the rows were encoded with.',
    details: { longest, maximumLength: maximumLength ?? null },
  });
}
