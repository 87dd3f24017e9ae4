import { appendFileSync, existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';

/** One training step that was done. */
export interface LoggedStep {
  /** Counted from 1. */
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  /** That went through the encoder, without padding. */
  readonly tokens: number;
  readonly loss: number;
  /** The distinct texts of its batch, as places in the list of all. */
  readonly texts: readonly number[];
}

/**
 * The steps of a training in a file, written as they are done. A training that goes on from a checkpoint does some steps
 * again; then the later line counts.
 */
export interface StepLog {
  add(step: LoggedStep): void;
  /** In order, each once. */
  read(): Promise<LoggedStep[]>;
  clear(): Promise<void>;
}

export function openStepLog(file: string): StepLog {
  return {
    add: (step) => appendFileSync(file, `${JSON.stringify(step)}\n`),
    read: async () => (existsSync(file) ? parseSteps(await readFile(file, 'utf8')) : []),
    clear: () => rm(file, { force: true }),
  };
}

/** The steps of a log; a last line that was not finished is left out. */
export function parseSteps(text: string): LoggedStep[] {
  const steps = new Map<number, LoggedStep>();
  for (const line of text.split('\n').slice(0, -1)) {
    const step = JSON.parse(line) as LoggedStep;
    steps.set(step.step, step);
  }
  return [...steps.values()].sort((left, right) => left.step - right.step);
}

/** Time and tokens of a training. */
export interface TrainingTotals {
  readonly steps: number;
  readonly seconds: number;
  readonly tokens: number;
}

export function sumSteps(steps: readonly Pick<LoggedStep, 'seconds' | 'tokens'>[]): TrainingTotals {
  return {
    steps: steps.length,
    seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0),
    tokens: steps.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}
