import type { MultiLabelTargets, RandomGenerator } from '@polyhead/types';

/** What a split is to meet. */
export interface MeetShareOptions {
  /** Rows that are to be in validation. */
  readonly wanted: number;
  /** Share of each label that is to be in validation. */
  readonly fraction: number;
  readonly random: RandomGenerator;
  /** All rows, in groups that stay together. @default every row by itself */
  readonly groups?: readonly (readonly number[])[] | undefined;
}

/**
 * Mends a split of rows with several labels: a label that occurs gets a row back to train on if it has none, as far as
 * validation has one; then whole groups change sides, until validation has the rows that are wanted or comes as near as groups
 * allow. Of all that may move, the group goes that leaves the labels nearest to their shares (least sum of squares).
 * Iterative stratification by itself is half a row off for each label, which adds up where labels are many and rare.
 * @param validation rows of validation
 * @returns the rows of validation
 */
export function meetShare(
  validation: readonly number[],
  targets: MultiLabelTargets,
  options: MeetShareOptions,
): readonly number[] {
  const { wanted } = options;
  const state = toState(validation, targets, options);
  for (const [label, count] of state.trained.entries()) {
    if (count > 0 || state.held[label] === 0) continue;
    const back = nearest(state, ({ isHeld, labels }) => isHeld && labels.has(label));
    if (back !== undefined) move(state, back);
  }
  for (;;) {
    const missing = wanted - state.size;
    const mayMove = ({ isHeld, labels }: Unit): boolean =>
      missing > 0
        ? !isHeld && [...labels].every(([label, count]) => (state.trained[label] ?? 0) > count)
        : missing < 0 && isHeld;
    const next =
      nearest(state, (unit) => mayMove(unit) && unit.rows.length <= Math.abs(missing)) ??
      nearest(state, (unit) => mayMove(unit) && unit.rows.length < 2 * Math.abs(missing));
    if (next === undefined) break;
    move(state, next);
  }
  return state.units.flatMap(({ isHeld, rows }) => (isHeld ? rows : []));
}

/** Rows that stay together. */
interface Unit {
  readonly rows: readonly number[];
  /** Labels of the rows, and how many rows have them. */
  readonly labels: ReadonlyMap<number, number>;
  isHeld: boolean;
}

interface State {
  readonly units: readonly Unit[];
  /** `[labels]` rows in train. */
  readonly trained: Int32Array;
  /** `[labels]` rows in validation. */
  readonly held: Int32Array;
  readonly fraction: number;
  /** Rows in validation. */
  size: number;
}

function toState(
  validation: readonly number[],
  { labels, indicators }: MultiLabelTargets,
  { fraction, random, groups }: MeetShareOptions,
): State {
  const width = labels.length;
  const rows = width === 0 ? 0 : indicators.length / width;
  const chosen = new Set(validation);
  const [trained, held] = [new Int32Array(width), new Int32Array(width)];
  const units = (groups ?? Array.from({ length: rows }, (_, row) => [row])).map((group): Unit => {
    const counts = new Map<number, number>();
    for (const row of group) {
      for (let label = 0; label < width; label++) {
        if (indicators[row * width + label] === 1) counts.set(label, (counts.get(label) ?? 0) + 1);
      }
    }
    const isHeld = chosen.has(group[0] ?? -1);
    const part = isHeld ? held : trained;
    for (const [label, count] of counts) part[label] = (part[label] ?? 0) + count;
    return { rows: group, labels: counts, isHeld };
  });
  return { units: random.shuffle(units), trained, held, fraction, size: validation.length };
}

/** The unit whose move changes the squared distances of the labels from their shares for the best; the first of several. */
function nearest({ units, trained, held, fraction }: State, mayMove: (unit: Unit) => boolean): Unit | undefined {
  let best: Unit | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const unit of units) {
    if (!mayMove(unit)) continue;
    let change = 0;
    for (const [label, count] of unit.labels) {
      const inValidation = held[label] ?? 0;
      const surplus = inValidation - fraction * (inValidation + (trained[label] ?? 0));
      change += count * (count + (unit.isHeld ? -2 : 2) * surplus);
    }
    if (change >= least) continue;
    best = unit;
    least = change;
  }
  return best;
}

function move(state: State, unit: Unit): void {
  const [from, to] = unit.isHeld ? [state.held, state.trained] : [state.trained, state.held];
  for (const [label, count] of unit.labels) {
    from[label] = (from[label] ?? 0) - count;
    to[label] = (to[label] ?? 0) + count;
  }
  state.size += unit.isHeld ? -unit.rows.length : unit.rows.length;
  unit.isHeld = !unit.isHeld;
}
