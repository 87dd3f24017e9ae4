import { readTexts } from '@polyhead/data';
import { PolyheadError, type Logger, type RowProblem } from '@polyhead/types';

/** Where texts come from. */
export interface TextInputFlags {
  readonly input?: string;
  readonly text?: string;
}

/**
 * The texts given as arguments, or those of a file or of standard input, as a stream. Rows that cannot be used are left
 * out with a warning.
 * @throws {PolyheadError} INVALID_ARGUMENT if there are none or both
 */
export function openInput(texts: readonly string[], flags: TextInputFlags, logger: Logger): AsyncIterable<string> {
  if (texts.length > 0 && flags.input !== undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'Texts were given both as arguments and by --input.',
      remedy: 'Give one of them.',
    });
  }
  if (texts.length > 0) return fromArray(texts);
  if (flags.input === undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'No text was given.',
      remedy: 'Give texts as arguments, or --input FILE, or --input - for standard input.',
    });
  }
  const source = flags.input === '-' ? process.stdin : flags.input;
  const onProblem = ({ file, row, reason }: RowProblem): void => logger.warn(`${file}:${row} left out: ${reason}.`);
  return onlyTexts(readTexts(source, { onProblem, ...(flags.text === undefined ? {} : { text: flags.text }) }));
}

// eslint-disable-next-line @typescript-eslint/require-await -- an async generator is what callers take
async function* fromArray(texts: readonly string[]): AsyncIterable<string> {
  yield* texts;
}

async function* onlyTexts(rows: AsyncIterable<{ readonly text: string }>): AsyncIterable<string> {
  for await (const { text } of rows) yield text;
}
