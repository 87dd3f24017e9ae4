import type { Progress, ProgressListener } from '@polyhead/types';
import cliProgress from 'cli-progress';
import { createFigureWords, type Clock } from './progress-figures.ts';
import type { Terminal } from './terminal.ts';

/** Shows progress and takes it away again. */
export interface ProgressDisplay {
  readonly onProgress: ProgressListener;
  /** Removes the bar; call it before other lines are written. */
  clear(): void;
}

/**
 * A bar a phase on a terminal. Elsewhere one line when a phase begins, and while it lasts one at most every 30 seconds, so that
 * logs stay short and still say how far a run of hours has come.
 * @param now milliseconds; for tests
 */
export function createProgressDisplay(terminal: Terminal, now: Clock = () => performance.now()): ProgressDisplay {
  return terminal.interactive ? createBar(terminal, now) : createLines(terminal, now);
}

const millisecondsBetweenLines = 30_000;

function createLines(terminal: Terminal, now: Clock): ProgressDisplay {
  const toWords = createFigureWords(now);
  const seen = new Set<string>();
  let phase = '';
  let nextLine = 0;
  return {
    onProgress: (progress) => {
      const words = toWords(progress);
      const isNew = !seen.has(progress.phase);
      if (!isNew && now() >= nextLine) {
        terminal.messages.write(`${describeState(progress)}${words === '' ? '' : `  ${words}`}\n`);
      } else if (progress.phase !== phase) {
        terminal.messages.write(`${describeStart(progress)}\n`);
      }
      // A phase that comes back, as validation does, does not put off the next line.
      if (isNew || now() >= nextLine) nextLine = now() + millisecondsBetweenLines;
      seen.add(progress.phase);
      phase = progress.phase;
    },
    clear: () => undefined,
  };
}

function describeStart({ phase, total, unit }: Progress): string {
  return total === undefined ? phase : `${phase} (${total} ${unit})`;
}

function describeState({ phase, done, total, unit }: Progress): string {
  return `${phase} ${done}${total === undefined ? '' : `/${total}`} ${unit}`;
}

function createBar(terminal: Terminal, now: Clock): ProgressDisplay {
  const toWords = createFigureWords(now);
  let bar: cliProgress.SingleBar | undefined;
  let phase = '';
  const clear = (): void => {
    bar?.stop();
    bar = undefined;
    phase = '';
  };
  const start = (progress: Progress, figures: string): cliProgress.SingleBar => {
    const started = new cliProgress.SingleBar(
      {
        format: '{phase} {bar} {value}/{total} {unit}  {duration_formatted}  {figures}',
        stream: terminal.messages,
        hideCursor: true,
        clearOnComplete: true,
        fps: 10,
      },
      cliProgress.Presets.shades_classic,
    );
    started.start(progress.total ?? 0, progress.done, { phase: progress.phase, unit: progress.unit, figures });
    return started;
  };
  return {
    onProgress: (progress) => {
      const figures = toWords(progress);
      if (progress.phase !== phase) {
        clear();
        phase = progress.phase;
        bar = start(progress, figures);
      }
      if (progress.total !== undefined) bar?.setTotal(progress.total);
      bar?.update(progress.done, { figures });
      if (progress.done === progress.total) clear();
    },
    clear,
  };
}
