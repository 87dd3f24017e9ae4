import { addAbortSignal } from 'node:stream';
import { readTexts } from '@polyhead/data';
import { assertNotAborted, PolyheadError, type RowProblem } from '@polyhead/types';
import type { CommandContext } from '../command-context.ts';

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
export function openInput(
  texts: readonly string[],
  flags: TextInputFlags,
  { logger, signal }: Pick<CommandContext, 'logger' | 'signal'>,
): AsyncIterable<string> {
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
  // Standard input may be silent for ever, so it is closed when the work is stopped.
  const source = flags.input === '-' ? addAbortSignal(signal, process.stdin) : flags.input;
  const onProblem = ({ file, row, reason }: RowProblem): void => logger.warn(`${file}:${row} left out: ${reason}.`);
  const rows = readTexts(source, { onProblem, signal, ...(flags.text === undefined ? {} : { text: flags.text }) });
  return onlyTexts(rows, signal);
}

// eslint-disable-next-line @typescript-eslint/require-await -- an async generator is what callers take
async function* fromArray(texts: readonly string[]): AsyncIterable<string> {
  yield* texts;
}

async function* onlyTexts(rows: AsyncIterable<{ readonly text: string }>, signal: AbortSignal): AsyncIterable<string> {
  try {
    for await (const { text } of rows) yield text;
  } catch (error) {
    assertNotAborted(signal);
    throw error;
  }
}
