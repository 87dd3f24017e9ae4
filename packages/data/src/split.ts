import { PolyheadError, type RandomGenerator, type SingleLabelTargets, type Targets } from '@polyhead/types';
import { chooseGroups } from './choose-groups.ts';
import { splitIteratively } from './iterative-stratification.ts';
import { meetShare } from './meet-share.ts';
import { rowsByLabel } from './rows-by-label.ts';
import { rowsByText } from './rows-by-text.ts';
import { countRows } from './select-rows.ts';

/** How a set is split. */
export interface SplitOptions {
  /** Share of the rows that goes to validation, between 0 and 1. @default 0.2 */
  readonly fraction?: number | undefined;
  /**
   * The texts of the rows. Rows with equal texts (but for case, white space and Unicode compatibility forms) stay together,
   * so that validation does not measure what was learned by heart. @default no two rows belong together
   */
  readonly texts?: readonly string[] | undefined;
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
 * Stratification of Multi-Label Data"), after which some rows change sides until the total is right; every label that occurs
 * keeps a row in train. Regression: plain random. At least one row is held out if no label stands in the way. Where equal texts
 * stay together, numbers of rows are as near to that as whole texts allow.
 * @throws {PolyheadError} INVALID_ARGUMENT for a fraction outside (0, 1); TOO_FEW_EXAMPLES if a part would be empty
 */
export function stratifiedSplit(targets: Targets, { fraction = 0.2, texts, random }: SplitOptions): Split {
  if (!(fraction > 0 && fraction < 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The validation fraction is ${fraction}, but it must lie between 0 and 1.`,
    });
  }
  const rows = countRows(targets);
  const groups = texts === undefined ? undefined : findGroups(texts, rows);
  const chosen = chooseValidation(targets, { fraction, random, groups });
  const validation = Int32Array.from(chosen).sort();
  const isChosen = new Set(chosen);
  const train = Int32Array.from(Array.from({ length: rows }, (_, row) => row).filter((row) => !isChosen.has(row)));
  if (train.length > 0 && validation.length > 0) return { train, validation };
  throw new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `${rows} rows${groups === undefined ? '' : ` with ${groups.length} distinct text${groups.length === 1 ? '' : 's'}`} cannot be split into train and validation at a fraction of ${fraction}.`,
    remedy: 'Add examples, or give a validation file.',
    details: { rows, fraction },
  });
}

/** The rows of each text; undefined if all texts differ. */
function findGroups(texts: readonly string[], rows: number): readonly (readonly number[])[] | undefined {
  if (texts.length !== rows) {
    throw new PolyheadError('INVALID_ARGUMENT', { message: `There are ${texts.length} texts for ${rows} rows.` });
  }
  const groups = [...rowsByText(texts).values()];
  return groups.length === rows ? undefined : groups;
}

interface ChooseOptions {
  readonly fraction: number;
  readonly random: RandomGenerator;
  readonly groups: readonly (readonly number[])[] | undefined;
}

function chooseValidation(targets: Targets, options: ChooseOptions): readonly number[] {
  switch (targets.task) {
    case 'single-label':
      return chooseByClass(targets, options);
    case 'multi-label':
      return meetShare(splitIteratively(targets, options), targets, {
        ...options,
        wanted: toShare(countRows(targets), options.fraction),
      });
    case 'regression':
      return chooseAnyhow(targets.values.length, options);
  }
}

/** How many of some rows go to validation: the share, but neither none nor all where there are two rows or more. */
function toShare(rows: number, fraction: number): number {
  return Math.max(1, Math.min(rows - 1, Math.round(rows * fraction)));
}

function chooseAnyhow(count: number, { fraction, random, groups }: ChooseOptions): readonly number[] {
  const wanted = toShare(count, fraction);
  if (groups === undefined) return random.shuffle([...Array(count).keys()]).slice(0, wanted);
  return chooseGroups(groups, { classOf: new Int32Array(count), counts: [count], wanted: [wanted], random });
}

function chooseByClass(targets: SingleLabelTargets, { fraction, random, groups }: ChooseOptions): readonly number[] {
  const classes = rowsByLabel(targets);
  const counts = classes.map((rows) => rows.length);
  const wanted = shareOut(counts, fraction, random);
  if (groups === undefined) return classes.flatMap((rows, index) => random.shuffle(rows).slice(0, wanted[index]));
  return chooseGroups(groups, { classOf: targets.classIndices, counts, wanted, random });
}

/**
 * How many of each class go to validation: the whole part of its share, and one more for those with the largest
 * remainders until the total is right, as far as no class loses its last row. Ties fall at random.
 */
function shareOut(counts: readonly number[], fraction: number, random: RandomGenerator): number[] {
  const sizes = counts.map((count) => Math.floor(count * fraction));
  const total = toShare(
    counts.reduce((sum, count) => sum + count, 0),
    fraction,
  );
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
