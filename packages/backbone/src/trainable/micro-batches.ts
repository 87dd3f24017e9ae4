/** Rows that go through the graph together, and the worker that they go to. */
export interface MicroBatch {
  /** Indices of rows. */
  readonly rows: readonly number[];
  /** Longest row in tokens, to which all are padded. */
  readonly length: number;
  readonly worker: number;
}

/** What micro-batches are made for. */
export interface MicroBatchOptions {
  readonly workers: number;
  /** Most tokens of a micro-batch, padding included; a longer row is one of its own. */
  readonly maximumTokens: number;
}

/**
 * Cuts rows into micro-batches of similar length and about equal size, as many for each worker, so that all end at about the
 * same time. Depends on nothing but its arguments.
 */
export function planMicroBatches(lengths: ArrayLike<number>, options: MicroBatchOptions): MicroBatch[] {
  const order = Array.from({ length: lengths.length }, (_, row) => row);
  order.sort((left, right) => lengthOf(lengths, right) - lengthOf(lengths, left) || left - right);
  const groups = cutEvenly(order, lengths, options);
  return handOut(groups, options.workers);
}

function lengthOf(lengths: ArrayLike<number>, row: number | undefined): number {
  return Math.max(1, lengths[row ?? 0] ?? 0);
}

interface Group {
  readonly rows: readonly number[];
  readonly length: number;
}

/** Longest rows first: a group is as long as its first row. */
function cutEvenly(order: readonly number[], lengths: ArrayLike<number>, options: MicroBatchOptions): Group[] {
  const tokens = order.reduce((sum, row) => sum + lengthOf(lengths, row), 0);
  const { workers, maximumTokens } = options;
  const rounds = Math.max(1, Math.ceil(tokens / (workers * maximumTokens)));
  for (let count = Math.min(order.length, rounds * workers); count < order.length; count += workers) {
    const groups = cut(order, lengths, count);
    if (groups.every(({ rows, length }) => rows.length === 1 || rows.length * length <= maximumTokens)) return groups;
  }
  return order.map((row) => ({ rows: [row], length: lengthOf(lengths, row) }));
}

/** `count` groups of about equal numbers of padded tokens. */
function cut(order: readonly number[], lengths: ArrayLike<number>, count: number): Group[] {
  const groups: Group[] = [];
  let start = 0;
  let remaining = order.reduce((sum, row) => sum + lengthOf(lengths, row), 0);
  for (let index = 0; index < count; index++) {
    const length = lengthOf(lengths, order[start]);
    const left = count - index;
    const wanted = left === 1 ? order.length - start : Math.round(remaining / left / length);
    const size = Math.max(1, Math.min(wanted, order.length - start - (left - 1)));
    const rows = order.slice(start, start + size);
    remaining -= rows.reduce((sum, row) => sum + lengthOf(lengths, row), 0);
    start += size;
    groups.push({ rows, length });
  }
  return groups;
}

/** The largest group goes to the worker with the least to do. */
function handOut(groups: readonly Group[], workers: number): MicroBatch[] {
  const loads = new Array<number>(workers).fill(0);
  return [...groups]
    .sort((left, right) => costOf(right) - costOf(left))
    .map((group) => {
      const worker = loads.indexOf(Math.min(...loads));
      loads[worker] = (loads[worker] ?? 0) + costOf(group);
      return { ...group, worker };
    });
}

function costOf({ rows, length }: Group): number {
  return rows.length * length;
}
