import { PolyheadError, type RandomGenerator, type SingleLabelTargets, type Targets } from '@polyhead/types';
import { splitIteratively } from './iterative-stratification.ts';
import { rowsByLabel } from './rows-by-label.ts';
import { countRows } from './select-rows.ts';

/** How a set is split. */
export interface SplitOptions {
  /** Share of the rows that goes to validation, between 0 and 1. @default 0.2 */
  readonly fraction?: number | undefined;
  readonly random: RandomGenerator;
}

/** Row indices of the two parts, ascending; every row is in exactly one. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Splits rows at random so that both parts have the labels in the same proportions.
 *
 * Single label: each class gives `fraction` of its rows, rounded so that the total is right (largest remainder); a class
 * with one row keeps it in train. Multi-label: iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011, "On the
 * Stratification of Multi-Label Data"). Regression: plain random.
 * @throws {PolyheadError} INVALID_ARGUMENT for a fraction outside (0, 1); TOO_FEW_EXAMPLES if a part would be empty
 */
export function stratifiedSplit(targets: Targets, { fraction = 0.2, random }: SplitOptions): Split {
  if (!(fraction > 0 && fraction < 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The validation fraction is ${fraction}, but it must lie between 0 and 1.`,
    });
  }
  const rows = countRows(targets);
  const chosen = chooseValidation(targets, fraction, random);
  const validation = Int32Array.from(chosen).sort();
  const isChosen = new Set(chosen);
  const train = Int32Array.from(Array.from({ length: rows }, (_, row) => row).filter((row) => !isChosen.has(row)));
  if (train.length > 0 && validation.length > 0) return { train, validation };
  throw new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `${rows} rows cannot be split into train and validation at a fraction of ${fraction}.`,
    remedy: 'Add examples, or give a validation file.',
    details: { rows, fraction },
  });
}

function chooseValidation(targets: Targets, fraction: number, random: RandomGenerator): readonly number[] {
  switch (targets.task) {
    case 'single-label':
      return chooseByClass(targets, fraction, random);
    case 'multi-label':
      return splitIteratively(targets, fraction, random);
    case 'regression': {
      const rows = Array.from(targets.values.keys());
      return random.shuffle(rows).slice(0, Math.round(rows.length * fraction));
    }
  }
}

function chooseByClass(targets: SingleLabelTargets, fraction: number, random: RandomGenerator): readonly number[] {
  const classes = rowsByLabel(targets);
  const sizes = shareOut(
    classes.map((rows) => rows.length),
    fraction,
    random,
  );
  return classes.flatMap((rows, index) => random.shuffle(rows).slice(0, sizes[index]));
}

/**
 * How many of each class go to validation: the whole part of its share, and one more for those with the largest
 * remainders until the total is right, as far as no class loses its last row. Ties fall at random.
 */
function shareOut(counts: readonly number[], fraction: number, random: RandomGenerator): number[] {
  const sizes = counts.map((count) => Math.floor(count * fraction));
  const total = Math.round(counts.reduce((sum, count) => sum + count, 0) * fraction);
  let open = total - sizes.reduce((sum, size) => sum + size, 0);
  const remainderOf = (index: number): number => (counts[index] ?? 0) * fraction - (sizes[index] ?? 0);
  const order = random
    .shuffle([...counts.keys()])
    .map((index) => ({ index, remainder: remainderOf(index) }))
    .sort((first, second) => second.remainder - first.remainder);
  for (const { index, remainder } of order) {
    if (open <= 0 || remainder < 1e-9) break;
    const size = sizes[index] ?? 0;
    if (size + 1 >= (counts[index] ?? 0)) continue;
    sizes[index] = size + 1;
    open--;
  }
  return sizes;
}
