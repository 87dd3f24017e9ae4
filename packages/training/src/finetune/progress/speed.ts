/** How fast training goes. */
export interface SpeedMeter {
  /** A step is done. */
  add(tokens: number): void;
  /** Over the last steps; 0 before the first. */
  tokensPerSecond(): number;
  /** Over the last steps; 0 before the first. */
  secondsPerStep(): number;
}

const window = 50;

/** Measures over the last 50 steps. */
export function createSpeedMeter(now: () => number = () => performance.now()): SpeedMeter {
  let steps: { readonly tokens: number; readonly seconds: number }[] = [];
  let last = now();
  const sum = (pick: (step: { tokens: number; seconds: number }) => number): number =>
    steps.reduce((total, step) => total + pick(step), 0);
  return {
    add(tokens) {
      const time = now();
      steps = [...steps.slice(1 - window), { tokens, seconds: (time - last) / 1000 }];
      last = time;
    },
    tokensPerSecond: () =>
      sum(({ tokens }) => tokens) /
      Math.max(
        1e-9,
        sum(({ seconds }) => seconds),
      ),
    secondsPerStep: () => (steps.length === 0 ? 0 : sum(({ seconds }) => seconds) / steps.length),
  };
}
