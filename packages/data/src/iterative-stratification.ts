import type { MultiLabelTargets, RandomGenerator } from '@polyhead/types';
import { rowsByLabel } from './rows-by-label.ts';

/** Train is part 0, validation part 1. */
type Part = 0 | 1;

interface Progress {
  readonly width: number;
  /** `[2]` rows that each part still wants. */
  readonly wantedRows: Float64Array;
  /** `[2, labels]` rows of each label that each part still wants. */
  readonly wantedLabels: Float64Array;
  /** For each label: rows that are not yet placed. */
  readonly remaining: Int32Array;
  /** For each row: 1 once it is placed. */
  readonly placed: Uint8Array;
}

/** How {@link splitIteratively} splits. */
export interface IterativeSplitOptions {
  readonly fraction: number;
  readonly random: RandomGenerator;
  /** All rows, in groups that stay together. @default every row by itself */
  readonly groups?: readonly (readonly number[])[] | undefined;
}

/**
 * The rows of the validation part by iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011, algorithm 1): the
 * rarest label first, each of its rows to the part that wants the label most. A label with one row keeps it in train.
 * Groups go where their first row goes, the largest first, so that smaller ones make up for what they did.
 */
export function splitIteratively(targets: MultiLabelTargets, options: IterativeSplitOptions): number[] {
  const { fraction, random } = options;
  const groupOf = new Map(options.groups?.flatMap((group) => group.map((row) => [row, group] as const)));
  const withRow = (row: number): readonly number[] => groupOf.get(row) ?? [row];
  const largestFirst = (rows: number[]): number[] =>
    rows.sort((first, second) => withRow(second).length - withRow(first).length);
  const rowsOfLabel = rowsByLabel(targets).map((rows) => largestFirst(random.shuffle(rows)));
  const progress = start(targets, rowsOfLabel, fraction);
  const validation: number[] = [];
  const place = (first: number, part: Part): void => {
    for (const row of withRow(first)) {
      settle(progress, targets, { row, part });
      if (part === 1) validation.push(row);
    }
  };
  for (let label = rarest(progress.remaining); label !== -1; label = rarest(progress.remaining)) {
    const rows = rowsOfLabel[label] ?? [];
    const isOne = rows.every((row) => row === rows[0] || withRow(row) === withRow(rows[0] ?? -1));
    for (const row of rows) {
      if (progress.placed[row] === 0) place(row, isOne ? 0 : choosePart(progress, label, random));
    }
  }
  for (const row of largestFirst(random.shuffle(Array.from(progress.placed.keys())))) {
    if (progress.placed[row] === 0) place(row, partByRows(progress, random));
  }
  return validation;
}

function start(targets: MultiLabelTargets, rowsOfLabel: readonly number[][], fraction: number): Progress {
  const width = targets.labels.length;
  const count = width === 0 ? 0 : targets.indicators.length / width;
  const remaining = Int32Array.from(rowsOfLabel, (rows) => rows.length);
  const shares = [1 - fraction, fraction];
  return {
    width,
    wantedRows: Float64Array.from(shares, (share) => share * count),
    wantedLabels: Float64Array.from(shares.flatMap((share) => Array.from(remaining, (rows) => rows * share))),
    remaining,
    placed: new Uint8Array(count),
  };
}

/** The label with the fewest rows left, but some; -1 if there is none. */
function rarest(remaining: Int32Array): number {
  let best = -1;
  let fewest = Number.POSITIVE_INFINITY;
  for (const [label, rows] of remaining.entries()) {
    if (rows === 0 || rows >= fewest) continue;
    best = label;
    fewest = rows;
  }
  return best;
}

function choosePart(progress: Progress, label: number, random: RandomGenerator): Part {
  const train = progress.wantedLabels[label] ?? 0;
  const validation = progress.wantedLabels[progress.width + label] ?? 0;
  if (train !== validation) return train > validation ? 0 : 1;
  return partByRows(progress, random);
}

function partByRows({ wantedRows }: Progress, random: RandomGenerator): Part {
  const train = wantedRows[0] ?? 0;
  const validation = wantedRows[1] ?? 0;
  if (train !== validation) return train > validation ? 0 : 1;
  return random.next() < 0.5 ? 0 : 1;
}

function settle(
  progress: Progress,
  { indicators }: MultiLabelTargets,
  { row, part }: { readonly row: number; readonly part: Part },
): void {
  const { width, wantedRows, wantedLabels, remaining, placed } = progress;
  placed[row] = 1;
  wantedRows[part] = (wantedRows[part] ?? 0) - 1;
  for (let label = 0; label < width; label++) {
    if (indicators[row * width + label] !== 1) continue;
    const cell = part * width + label;
    wantedLabels[cell] = (wantedLabels[cell] ?? 0) - 1;
    remaining[label] = (remaining[label] ?? 0) - 1;
  }
}
