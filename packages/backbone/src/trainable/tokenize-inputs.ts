import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  assertNotAborted,
  type Encoding,
  type LongOperationOptions,
  type TokenizerInput,
  type TruncationStrategy,
} from '@polyhead/types';
import type { EncoderFolder } from '../encoder-folder.ts';

/** Texts tokenised before other work gets a turn on this thread. */
const textsPerTurn = 256;

/** How texts are tokenised. */
export interface TokenizeInputsOptions extends LongOperationOptions {
  /** Which text of a pair is cut. @default 'longest-first' */
  readonly truncation?: TruncationStrategy | undefined;
}

/** Ids of texts and pairs as the encoder's settings want them: with its prompt, cut at its maximum length. */
export async function tokenizeInputs(
  { tokenizer, description, lowerCase }: EncoderFolder,
  inputs: readonly TokenizerInput[],
  { signal, onProgress, truncation = 'longest-first' }: TokenizeInputsOptions,
): Promise<Encoding[]> {
  const prepare = (text: string): string => (lowerCase ? text.toLowerCase() : text);
  const encodings: Encoding[] = [];
  for (const [index, input] of inputs.entries()) {
    if (index % textsPerTurn === textsPerTurn - 1) {
      await nextTurn();
      assertNotAborted(signal);
      onProgress?.({ phase: 'tokenizing', done: index, total: inputs.length, unit: 'texts' });
    }
    const prepared =
      typeof input === 'string'
        ? prepare(description.prompt + input)
        : { first: prepare(description.prompt + input.first), second: prepare(input.second) };
    encodings.push(tokenizer.encode(prepared, { maximumLength: description.maximumLength, truncation }));
  }
  return encodings;
}
