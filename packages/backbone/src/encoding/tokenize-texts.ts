import { setImmediate as nextTurn } from 'node:timers/promises';
import { assertNotAborted, type Encoding, type LongTextStrategy, type Tokenizer } from '@polyhead/types';

/** How texts become rows of tokens. */
export interface TokenizeOptions {
  readonly maximumLength: number;
  readonly prompt: string;
  readonly lowerCase: boolean;
  readonly longText: LongTextStrategy;
  readonly windowStride: number;
  readonly signal: AbortSignal | undefined;
}

/** Texts as rows of tokens. A text has one row, or several windows one after the other. */
export interface TokenizedTexts {
  readonly rows: readonly Encoding[];
  /** For each text: index of its first row, and one more entry for the end; `[texts + 1]`. */
  readonly firstRows: Int32Array;
  readonly truncated: Uint8Array;
  readonly tokenCounts: Int32Array;
}

/** Texts tokenised before other work gets a turn on this thread. */
const textsPerTurn = 256;

/** @throws {PolyheadError} ABORTED */
export async function tokenizeTexts(
  tokenizer: Tokenizer,
  texts: readonly string[],
  options: TokenizeOptions,
): Promise<TokenizedTexts> {
  const rows: Encoding[] = [];
  const firstRows = new Int32Array(texts.length + 1);
  const truncated = new Uint8Array(texts.length);
  const tokenCounts = new Int32Array(texts.length);
  for (const [index, text] of texts.entries()) {
    if (index % textsPerTurn === textsPerTurn - 1) {
      await nextTurn();
      assertNotAborted(options.signal);
    }
    const whole = options.prompt + text;
    const input = options.lowerCase ? whole.toLowerCase() : whole;
    const encoding = tokenizer.encode(input, { maximumLength: options.maximumLength });
    tokenCounts[index] = encoding.tokenCount;
    if (encoding.truncated && options.longText === 'windows') {
      rows.push(
        ...tokenizer.encodeWindows(input, { maximumLength: options.maximumLength, stride: options.windowStride }),
      );
    } else {
      truncated[index] = encoding.truncated ? 1 : 0;
      rows.push(encoding);
    }
    firstRows[index + 1] = rows.length;
  }
  return { rows, firstRows, truncated, tokenCounts };
}
