/** What decides how many steps a training has. */
export interface CountStepsOptions {
  readonly epochs: number;
  /** In place of epochs. */
  readonly steps?: number | undefined;
  readonly batchesOf: (epoch: number) => readonly unknown[];
  /** True if every epoch has as many batches as the first. */
  readonly constant: boolean;
}

/** Steps of the whole training. */
export function countSteps({ epochs, steps, batchesOf, constant }: CountStepsOptions): number {
  if (steps !== undefined) return steps;
  if (constant) return epochs * batchesOf(1).length;
  return Array.from({ length: epochs }, (_, index) => batchesOf(index + 1).length).reduce(
    (sum, count) => sum + count,
    0,
  );
}
