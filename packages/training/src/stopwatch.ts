/** Seconds spent a phase, in the order in which phases were first entered. */
export class Stopwatch {
  readonly #seconds = new Map<string, number>();
  readonly #started = performance.now();

  /** Runs `work` and adds its time to the phase. */
  async measure<Result>(phase: string, work: () => Promise<Result> | Result): Promise<Result> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#seconds.set(phase, (this.#seconds.get(phase) ?? 0) + (performance.now() - started) / 1000);
    }
  }

  /** All phases and `total` (since construction), rounded to milliseconds. */
  toJson(): Record<string, number> {
    const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;
    const phases = [...this.#seconds].map(([phase, seconds]): [string, number] => [phase, round(seconds)]);
    return { ...Object.fromEntries(phases), total: round((performance.now() - this.#started) / 1000) };
  }
}
