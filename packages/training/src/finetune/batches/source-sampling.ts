import { PolyheadError, type RandomGenerator } from '@polyhead/types';

/**
 * How often rows of different sources are seen. `proportional`: every row once an epoch. `balanced`: every source equally
 * often. A temperature T lies between: a source of n rows gets a share proportional to n^(1/T), so 1 is proportional and
 * large ones come close to balanced.
 */
export type SamplingStrategy = 'proportional' | 'balanced' | { readonly temperature: number };

/**
 * How many rows each source gives an epoch; together as many as there are rows. Largest remainders, so each count is
 * within 1 of its share.
 * @param sizes rows of each source
 * @throws {PolyheadError} INVALID_ARGUMENT for a temperature below 1
 */
export function rowsOfSources(sizes: readonly number[], strategy: SamplingStrategy): number[] {
  if (strategy === 'proportional') return [...sizes];
  const exponent = strategy === 'balanced' ? 0 : 1 / assertTemperature(strategy.temperature);
  const weights = sizes.map((size) => (size === 0 ? 0 : size ** exponent));
  const rows = sum(sizes);
  const total = sum(weights);
  const shares = weights.map((weight) => (total === 0 ? 0 : (rows * weight) / total));
  const counts = shares.map(Math.floor);
  const open = rows - sum(counts);
  const byRemainder = [...shares.keys()].sort((first, second) => remainder(shares[second]) - remainder(shares[first]));
  for (const source of byRemainder.slice(0, open)) counts[source] = (counts[source] ?? 0) + 1;
  return counts;
}

/**
 * The rows of one epoch in random order: a source that gives fewer rows than it has gives a random part of them, one that
 * gives more gives all of them as often as it goes and a random part once more.
 * @param sources row numbers of each source
 */
export function sampleEpoch(
  sources: readonly Int32Array[],
  strategy: SamplingStrategy,
  random: RandomGenerator,
): Int32Array {
  const counts = rowsOfSources(
    sources.map((rows) => rows.length),
    strategy,
  );
  const chosen = sources.map((rows, source) => drawRows(rows, counts[source] ?? 0, random));
  const all = new Int32Array(sum(chosen.map((rows) => rows.length)));
  let filled = 0;
  for (const rows of chosen) {
    all.set(rows, filled);
    filled += rows.length;
  }
  return random.shuffle(all);
}

function drawRows(rows: Int32Array, count: number, random: RandomGenerator): Int32Array {
  const drawn = new Int32Array(count);
  for (let filled = 0; filled < count; filled += rows.length) {
    const round = count - filled >= rows.length ? rows : random.shuffle(rows.slice()).subarray(0, count - filled);
    drawn.set(round, filled);
  }
  return drawn;
}

function assertTemperature(temperature: number): number {
  if (temperature >= 1) return temperature;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The sampling temperature is ${temperature}.`,
    remedy: 'Give a number of 1 (proportional) or more (closer to balanced).',
    details: { temperature },
  });
}

function remainder(share: number | undefined): number {
  return share === undefined ? 0 : share - Math.floor(share);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
