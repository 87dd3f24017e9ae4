import { createTerminal, createTerminalLogger, type Terminal } from './output/terminal.ts';
import { createProgressDisplay, type ProgressDisplay } from './output/progress.ts';
import type { Logger } from '@polyhead/types';

/** What every command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly logger: Logger;
  readonly progress: ProgressDisplay;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The context of a command that runs in this process. */
export function createCommandContext(signal: AbortSignal): CommandContext {
  const terminal = createTerminal();
  const progress = createProgressDisplay(terminal);
  const plain = createTerminalLogger(terminal);
  const say =
    (write: (message: string) => void) =>
    (message: string): void => {
      progress.clear();
      write(message);
    };
  const logger: Logger = {
    info: say((message) => plain.info(message)),
    warn: say((message) => plain.warn(message)),
  };
  return { terminal, logger, progress, signal };
}
