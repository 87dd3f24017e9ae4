/** Epochs cut into parts of a number of batches, so that something can be done between them. */
export interface Rounds<Batch> {
  /** The batches of a round, counted from 1 over all epochs. */
  of(round: number): readonly Batch[];
}

/**
 * Cuts every epoch into rounds of `every` batches; the last round of an epoch is shorter.
 * @param batchesOf the batches of an epoch, counted from 1; must give the same every time
 */
export function createRounds<Batch>(batchesOf: (epoch: number) => readonly Batch[], every: number): Rounds<Batch> {
  const size = Math.min(every, Number.MAX_SAFE_INTEGER);
  /** Rounds before each epoch, from the first epoch on. */
  const before: number[] = [0];
  let kept: { readonly epoch: number; readonly batches: readonly Batch[] } | undefined;
  const batches = (epoch: number): readonly Batch[] => {
    if (kept?.epoch !== epoch) kept = { epoch, batches: batchesOf(epoch) };
    return kept.batches;
  };
  const startOf = (epoch: number): number => {
    for (let last = before.length; last < epoch; last += 1) {
      before.push((before[last - 1] ?? 0) + Math.max(1, Math.ceil(batches(last).length / size)));
    }
    return before[epoch - 1] ?? 0;
  };
  return {
    of(round) {
      let epoch = 1;
      while (startOf(epoch + 1) < round) epoch += 1;
      const start = (round - 1 - startOf(epoch)) * size;
      return batches(epoch).slice(start, start + size);
    },
  };
}
