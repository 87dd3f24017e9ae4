import { InvalidArgumentError, type Command } from 'commander';

/** For limits: no limit. */
export const all: number = Number.MAX_SAFE_INTEGER;

export function withModel(command: Command): Command {
  return command.option('--model <ref>', 'the encoder', 'all-MiniLM-L6-v2');
}

export function withData(command: Command): Command {
  return command.option('--data <dir>', 'folder with the data sets (default: POLYHEAD_DATA)');
}

export function withPython(command: Command): Command {
  return command.option('--python <path>', 'Python with the peers of requirements.txt (default: POLYHEAD_PYTHON)');
}

export function withThreads(command: Command): Command {
  return command.option('--threads <n>', 'threads of every library', toCount, 2);
}

export function toCount(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number of at least 1.');
}

/** Reads `0,1,2`. */
export function toNumbers(text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (text !== '' && numbers.every((value) => Number.isInteger(value) && value >= 0)) return numbers;
  throw new InvalidArgumentError('It must be a list of whole numbers such as 0,1,2.');
}
