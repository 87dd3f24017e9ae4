/** What the last steps were like, for those who watch. */
export interface RecentSteps {
  /** The time until now, such as that of validation, does not count. */
  skip(): void;
  /** A step is done. */
  add(step: { readonly tokens: number; readonly loss: number }): void;
  /** 0 before the first step. */
  tokensPerSecond(): number;
  /** 0 before the first step. */
  secondsPerStep(): number;
  /** The mean loss; 0 before the first step. */
  loss(): number;
}

interface Step {
  readonly tokens: number;
  readonly loss: number;
  readonly seconds: number;
}

/**
 * Means over the last steps.
 * @param now milliseconds
 */
export function createRecentSteps(length = 50, now: () => number = () => performance.now()): RecentSteps {
  let steps: Step[] = [];
  let last = now();
  const mean = (pick: (step: Step) => number): number =>
    steps.reduce((total, step) => total + pick(step), 0) / Math.max(1, steps.length);
  return {
    skip() {
      last = now();
    },
    add({ tokens, loss }) {
      const time = now();
      steps = [...steps.slice(1 - length), { tokens, loss, seconds: (time - last) / 1000 }];
      last = time;
    },
    tokensPerSecond: () =>
      mean(({ tokens }) => tokens) /
      Math.max(
        1e-9,
        mean(({ seconds }) => seconds),
      ),
    secondsPerStep: () => mean(({ seconds }) => seconds),
    loss: () => mean(({ loss }) => loss),
  };
}
