import { spreadOf, type Spread } from './statistics.ts';

/** One of several that do the same work. */
export interface Contestant {
  readonly name: string;
  /** Does the work once and tells how many seconds it took. */
  run(): Promise<number>;
}

/** The seconds of one contestant. */
export interface Timing extends Spread {
  readonly name: string;
  /** In the order of the rounds. */
  readonly seconds: readonly number[];
}

/** How contestants are run. */
export interface RoundOptions {
  readonly rounds: number;
  /** Rounds before the measured ones. @default 1 */
  readonly warmUps?: number;
  /** Hears of every measured run. */
  readonly onRun?: (name: string, seconds: number, round: number) => void;
}

/**
 * Runs all contestants once a round, so that whatever else the machine does meets all of them. The first of a round is
 * another one each time.
 */
export async function runRounds(contestants: readonly Contestant[], options: RoundOptions): Promise<Timing[]> {
  for (let round = 0; round < (options.warmUps ?? 1); round++) {
    for (const contestant of contestants) await contestant.run();
  }
  const seconds = contestants.map((): number[] => []);
  for (let round = 0; round < options.rounds; round++) {
    for (let place = 0; place < contestants.length; place++) {
      const index = (round + place) % contestants.length;
      const contestant = contestants[index];
      if (contestant === undefined) continue;
      const taken = await contestant.run();
      seconds[index]?.push(taken);
      options.onRun?.(contestant.name, taken, round + 1);
    }
  }
  return contestants.map(({ name }, index) => {
    const taken = seconds[index] ?? [];
    return { name, seconds: taken, ...spreadOf(taken) };
  });
}
