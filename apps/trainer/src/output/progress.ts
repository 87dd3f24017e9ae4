import type { Progress, ProgressListener } from '@polyhead/types';
import cliProgress from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** Shows progress and takes it away again. */
export interface ProgressDisplay {
  readonly onProgress: ProgressListener;
  /** Removes the bar; call it before other lines are written. */
  clear(): void;
}

/** A bar a phase on a terminal; elsewhere one line when a phase begins, so that logs stay short. */
export function createProgressDisplay(terminal: Terminal): ProgressDisplay {
  return terminal.interactive ? createBar(terminal) : createLines(terminal);
}

function createLines(terminal: Terminal): ProgressDisplay {
  let phase = '';
  return {
    onProgress: (progress) => {
      if (progress.phase === phase) return;
      phase = progress.phase;
      const size = progress.total === undefined ? '' : ` (${progress.total} ${progress.unit})`;
      terminal.messages.write(`${phase}${size}\n`);
    },
    clear: () => undefined,
  };
}

function describeFigures(progress: Progress): string {
  return Object.entries(progress.figures ?? {})
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join('  ');
}

function createBar(terminal: Terminal): ProgressDisplay {
  let bar: cliProgress.SingleBar | undefined;
  let phase = '';
  const clear = (): void => {
    bar?.stop();
    bar = undefined;
    phase = '';
  };
  const start = (progress: Progress): cliProgress.SingleBar => {
    const started = new cliProgress.SingleBar(
      {
        format: '{phase} {bar} {value}/{total} {unit}  {duration_formatted}  eta {eta_formatted}  {figures}',
        stream: terminal.messages,
        hideCursor: true,
        clearOnComplete: true,
        fps: 10,
      },
      cliProgress.Presets.shades_classic,
    );
    started.start(progress.total ?? 0, progress.done, { phase: progress.phase, unit: progress.unit, figures: '' });
    return started;
  };
  return {
    onProgress: (progress) => {
      if (progress.phase !== phase) {
        clear();
        phase = progress.phase;
        bar = start(progress);
      }
      if (progress.total !== undefined) bar?.setTotal(progress.total);
      bar?.update(progress.done, { figures: describeFigures(progress) });
      if (progress.done === progress.total) clear();
    },
    clear,
  };
}
