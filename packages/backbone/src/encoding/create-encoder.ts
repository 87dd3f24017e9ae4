import {
  PolyheadError,
  type Embeddings,
  type EncodeOptions,
  type Encoder,
  type EncoderDescription,
  type Tokenizer,
} from '@polyhead/types';
import { assertTexts } from './assert-texts.ts';
import { findDistinctTexts } from './distinct-texts.ts';
import { createEmbeddings, selectEmbeddings } from './embeddings.ts';
import { encodeStreamInChunks } from './encode-stream.ts';
import { normalizeRows, poolWindows } from './pool-windows.ts';
import { runBatches, type BatchRunner } from './run-batches.ts';
import { tokenizeTexts, type TokenizedTexts, type TokenizeOptions } from './tokenize-texts.ts';

/** What an encoder is made of. */
export interface EncoderParts extends BatchRunner {
  readonly description: EncoderDescription;
  readonly tokenizer: Tokenizer;
  readonly lowerCase: boolean;
}

/** Distinct texts that are tokenised, sorted and run together; the next ones are tokenised meanwhile. */
const textsPerRound = 1024;

/** An encoder over a tokenizer and a session that gives un-normalised sentence embeddings. */
export function createEncoder(parts: EncoderParts): Encoder {
  const encode = (texts: readonly string[], options: EncodeOptions = {}): Promise<Embeddings> =>
    encodeTexts(parts, texts, options);
  return {
    description: parts.description,
    encode,
    encodeStream: (texts, options = {}) => encodeStreamInChunks(encode, texts, options),
    release: () => parts.session.release(),
  };
}

function toTokenizeOptions(parts: EncoderParts, options: EncodeOptions): TokenizeOptions {
  const { maximumLength } = parts.description;
  const windowStride = options.windowStride ?? Math.min(32, Math.floor(maximumLength / 4));
  if (!Number.isInteger(windowStride) || windowStride < 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The window stride is ${windowStride}, but must be a whole number of tokens from 0 on.`,
      details: { windowStride },
    });
  }
  return {
    maximumLength,
    prompt: options.prompt ?? parts.description.prompt,
    lowerCase: parts.lowerCase,
    longText: options.longText ?? parts.description.longText,
    windowStride,
    signal: options.signal,
  };
}

async function encodeTexts(parts: EncoderParts, all: readonly string[], options: EncodeOptions): Promise<Embeddings> {
  assertTexts(all);
  const tokenizeOptions = toTokenizeOptions(parts, options);
  const { texts, places, counts } = findDistinctTexts(all);
  const embeddings = createEmbeddings(texts.length, parts.dimension);
  let done = 0;
  options.onProgress?.({ phase: 'encoding', done, total: all.length, unit: 'texts' });
  const tokenizeRound = (start: number): Promise<TokenizedTexts> => {
    const tokenized = tokenizeTexts(parts.tokenizer, texts.slice(start, start + textsPerRound), tokenizeOptions);
    // If the round before fails, nobody waits for this one.
    tokenized.catch(() => undefined);
    return tokenized;
  };
  let ahead = tokenizeRound(0);
  for (let start = 0; start < texts.length; start += textsPerRound) {
    const tokenized = await ahead;
    ahead = tokenizeRound(start + textsPerRound);
    const textOfRow = findTextsOfRows(tokenized);
    const rowEmbeddings = await runBatches(parts, tokenized.rows, {
      signal: options.signal,
      onRows: (rows) => {
        for (const row of rows) {
          const text = textOfRow[row] ?? 0;
          // The last window of a text stands for it; batches are not in order, but the sum comes out right.
          if (tokenized.firstRows[text + 1] === row + 1) done += counts[start + text] ?? 0;
        }
        options.onProgress?.({ phase: 'encoding', done, total: all.length, unit: 'texts' });
      },
    });
    embeddings.data.set(poolWindows(rowEmbeddings, tokenized, parts.dimension), start * parts.dimension);
    embeddings.truncated.set(tokenized.truncated, start);
    embeddings.tokenCounts.set(tokenized.tokenCounts, start);
  }
  if (parts.description.normalized) normalizeRows(embeddings);
  return texts.length === all.length ? embeddings : selectEmbeddings(embeddings, places);
}

function findTextsOfRows({ rows, firstRows }: TokenizedTexts): Int32Array {
  const texts = new Int32Array(rows.length);
  for (let text = 0; text + 1 < firstRows.length; text++) texts.fill(text, firstRows[text], firstRows[text + 1]);
  return texts;
}
