import { PolyheadError } from '@polyhead/types';
import { CommanderError } from 'commander';
import { messageColors } from './output/colors.ts';
import { createCommandContext } from './command-context.ts';
import { exitCodes, toExitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';

const interruption = new AbortController();
const context = createCommandContext(interruption.signal);

process.on('SIGINT', () => {
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
  context.logger.info('Stopping; press Ctrl-C again to stop at once.');
  interruption.abort();
});
process.on('SIGTERM', () => interruption.abort());
// A reader that closes the pipe early (polyhead predict ... | head) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed),
);

function report(error: unknown): void {
  context.progress.clear();
  if (PolyheadError.isInstance(error)) {
    process.stderr.write(`${messageColors.red(`error ${error.code}:`)} ${error.message}\n`);
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `${messageColors.red('error INTERNAL:')} ${text}\nThis is a defect of polyhead; please report it with the command that you ran.\n`,
    );
  }
}

try {
  await createProgram(context).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    report(error);
    process.exitCode = toExitCode(error);
  }
}
