import type { Progress } from '@polyhead/types';
import { formatDuration } from './duration.ts';

/** Milliseconds of a clock that never goes back. */
export type Clock = () => number;

/**
 * Makes the words for the figures of one progress report after another: speed and time left first, `1687 tokens/s  2 h 46 min
 * left  loss 0.4123`. Work that does not say how many seconds are left is expected to go on as fast as since its phase began.
 */
export function createFigureWords(now: Clock): (progress: Progress) => string {
  let begun: { readonly phase: string; readonly done: number; readonly time: number } | undefined;
  const estimate = ({ phase, done, total }: Progress): number | undefined => {
    if (begun?.phase !== phase || done < begun.done) begun = { phase, done, time: now() };
    const since = done - begun.done;
    return total === undefined || since === 0 ? undefined : ((now() - begun.time) / 1000 / since) * (total - done);
  };
  return (progress) => {
    const { tokens_per_second: speed, seconds_left: said, ...others } = progress.figures ?? {};
    const estimated = estimate(progress);
    const left = said ?? estimated;
    return [
      ...(speed === undefined ? [] : [`${Math.round(speed)} tokens/s`]),
      ...(left === undefined ? [] : [`${formatDuration(left)} left`]),
      ...Object.entries(others).map(([name, value]) => `${name.replaceAll('_', ' ')} ${formatNumber(value)}`),
    ].join('  ');
  };
}

/** Four digits, and no zeros that say nothing. */
function formatNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
