import { loadEncoder } from '@polyhead/backbone';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { openInput } from '../output/text-input.ts';
import { writeLines } from '../output/text-output.ts';
import { addBackboneOptions, toBackbone, type BackboneFlags } from './data-options.ts';

interface EmbedFlags extends BackboneFlags {
  readonly input?: string;
  readonly output?: string;
  readonly text?: string;
}

/** `polyhead embed`: one JSON line a text with its embedding. */
export function createEmbedCommand(context: CommandContext): Command {
  const command = new Command('embed')
    .description('Write the embedding of every text as JSON lines.')
    .argument('[text...]', 'texts')
    .option('--input <file>', 'file with texts, or - for standard input (a text a line)')
    .option('--output <file>', 'file to write, or - for standard output (default: -)')
    .option('--text <column>', 'column with the text (default: text)');
  return addBackboneOptions(command).action((texts: string[], flags: EmbedFlags) => embed(texts, flags, context));
}

async function embed(texts: readonly string[], flags: EmbedFlags, context: CommandContext): Promise<void> {
  const input = openInput(texts, flags, context);
  const { reference = 'all-MiniLM-L6-v2', ...settings } = toBackbone(flags);
  const encoder = await loadEncoder(reference, { ...settings, signal: context.signal, logger: context.logger });
  try {
    const encoded = encoder.encodeStream(input, {
      signal: context.signal,
      onProgress: flags.output === undefined ? undefined : context.progress.onProgress,
    });
    await writeLines(toLines(encoded), { file: flags.output, output: context.terminal.output, signal: context.signal });
  } finally {
    context.progress.clear();
    await encoder.release();
  }
}

async function* toLines(
  encoded: ReturnType<Awaited<ReturnType<typeof loadEncoder>>['encodeStream']>,
): AsyncIterable<string> {
  for await (const { text, embedding, truncated } of encoded)
    yield JSON.stringify({ text, embedding: Array.from(embedding), truncated });
}
