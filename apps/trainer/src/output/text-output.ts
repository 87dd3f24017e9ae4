import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { writePiecesAtomic } from '@polyhead/files';
import { assertNotAborted } from '@polyhead/types';

/** Where lines go. */
export interface TextOutputOptions {
  /** A file, or `-` or undefined for `output`. */
  readonly file: string | undefined;
  readonly output: Writable;
  readonly signal: AbortSignal;
}

/** Writes lines as they come; a file is replaced only when all of them are written. */
export async function writeLines(lines: AsyncIterable<string>, options: TextOutputOptions): Promise<void> {
  const { file, output, signal } = options;
  if (file !== undefined && file !== '-') {
    await writePiecesAtomic(file, terminated(lines, signal));
    return;
  }
  for await (const line of terminated(lines, signal)) {
    if (!output.write(line)) await once(output, 'drain', { signal });
  }
}

async function* terminated(lines: AsyncIterable<string>, signal: AbortSignal): AsyncIterable<string> {
  for await (const line of lines) {
    assertNotAborted(signal);
    yield `${line}\n`;
  }
}
