import { setImmediate as nextTurn } from 'node:timers/promises';
import { assertNotAborted, type Encoding, type LongOperationOptions, type TokenizerInput } from '@polyhead/types';
import type { EncoderFolder } from '../encoder-folder.ts';

/** Texts tokenised before other work gets a turn on this thread. */
const textsPerTurn = 256;

/** Ids of texts and pairs as the encoder's settings want them: with its prompt, cut at its maximum length. */
export async function tokenizeInputs(
  { tokenizer, description, lowerCase }: EncoderFolder,
  inputs: readonly TokenizerInput[],
  { signal, onProgress }: LongOperationOptions,
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
    encodings.push(tokenizer.encode(prepared, { maximumLength: description.maximumLength }));
  }
  return encodings;
}
