import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { createProgressDisplay } from '../output/progress.ts';
import { createTerminalLogger, type Terminal } from '../output/terminal.ts';

/** What a command wrote. */
export interface CommandOutput {
  readonly output: string;
  readonly messages: string;
}

/** Runs one command in this process and gives back what it wrote. */
export async function runCommand(
  create: (context: CommandContext) => Command,
  words: readonly string[],
): Promise<CommandOutput> {
  const output = new PassThrough();
  const messages = new PassThrough();
  const terminal: Terminal = { output, messages, interactive: false };
  const command = create({
    terminal,
    logger: createTerminalLogger(terminal),
    progress: createProgressDisplay(terminal),
    signal: new AbortController().signal,
  });
  for (const each of [command, ...command.commands]) {
    each.exitOverride();
    each.configureOutput({ writeErr: (text) => void messages.write(text) });
  }
  await new Command('polyhead').addCommand(command).parseAsync([command.name(), ...words], { from: 'user' });
  const read = (stream: PassThrough): string => String(stream.read() ?? '');
  return { output: read(output), messages: read(messages) };
}
