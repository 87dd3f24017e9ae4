import type { Writable } from 'node:stream';
import type { Logger } from '@polyhead/types';
import { messageColors } from './colors.ts';

/** Where a command writes: results to `output`, everything about them to `messages`. */
export interface Terminal {
  readonly output: Writable;
  readonly messages: Writable;
  /** True if progress bars and colours are wanted on `messages`. */
  readonly interactive: boolean;
}

/** The process's own streams. */
export function createTerminal(): Terminal {
  return { output: process.stdout, messages: process.stderr, interactive: process.stderr.isTTY };
}

/** A logger that writes lines to the messages stream. */
export function createTerminalLogger(terminal: Terminal): Logger {
  return {
    info: (message) => void terminal.messages.write(`${message}\n`),
    warn: (message) => void terminal.messages.write(`${messageColors.yellow('warning:')} ${message}\n`),
  };
}
