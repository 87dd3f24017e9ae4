import { InvalidArgumentError } from 'commander';

/** Texts of a batch, and the length of each in tokens. */
export interface BatchShape {
  readonly rows: number;
  readonly length: number;
}

/** Reads `16x32,32x64`. */
export function parseBatchShapes(text: string): BatchShape[] {
  return text.split(',').map(parseBatchShape);
}

/** Reads `16x32`. */
export function parseBatchShape(text: string): BatchShape {
  const [, rows, length] = /^([1-9]\d*)x([1-9]\d*)$/.exec(text.trim()) ?? [];
  if (rows !== undefined && length !== undefined) return { rows: Number(rows), length: Number(length) };
  throw new InvalidArgumentError('It must be like 16x32: texts x tokens.');
}

export function formatBatchShape({ rows, length }: BatchShape): string {
  return `${rows}x${length}`;
}

/** Ids of BERT's uncased vocabulary: where a text begins and ends, and where ordinary words are. */
const ids = { start: 101, end: 102, firstWord: 1000, words: 28_000 };

/** Token ids `[rows][length]`: scattered over the vocabulary, always the same, without padding. */
export function createTokenIds({ rows, length }: BatchShape): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length }, (_unused, place) => {
      if (place === 0) return ids.start;
      if (place === length - 1) return ids.end;
      return ids.firstWord + ((row * 7919 + place * 104_729) % ids.words);
    }),
  );
}
