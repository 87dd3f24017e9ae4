/** The pairs of tokens that may be merged, in one open-addressing hash table. */
export class MergeTable {
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  readonly #ranks: Int32Array;
  /** The token that the merge of each rank makes. */
  readonly merged: Int32Array;

  constructor(count: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(8, count * 2)));
    this.#lefts = new Int32Array(slots).fill(-1);
    this.#rights = new Int32Array(slots);
    this.#ranks = new Int32Array(slots);
    this.merged = new Int32Array(count);
  }

  /** A pair that is added twice keeps the later rank. */
  add(left: number, right: number, rank: number, merged: number): void {
    const slot = this.#slotOf(left, right);
    this.#lefts[slot] = left;
    this.#rights[slot] = right;
    this.#ranks[slot] = rank;
    this.merged[rank] = merged;
  }

  /** The rank of a pair (lower is merged earlier), or -1. */
  rankOf(left: number, right: number): number {
    const slot = this.#slotOf(left, right);
    return this.#lefts[slot]! < 0 ? -1 : this.#ranks[slot]!;
  }

  #slotOf(left: number, right: number): number {
    const mask = this.#lefts.length - 1;
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (this.#lefts[slot]! >= 0 && (this.#lefts[slot] !== left || this.#rights[slot] !== right))
      slot = (slot + 1) & mask;
    return slot;
  }
}

/**
 * Merges neighbours, lowest rank first, then leftmost, until no pair is left. `symbols` and `spans`
 * (`[start0, end0, ...]`) are changed in place; the result is how many are left. O(n log n).
 */
export function mergePairs(symbols: Int32Array, spans: Int32Array, table: MergeTable): number {
  const count = symbols.length;
  const nexts = Int32Array.from({ length: count }, (_, at) => at + 1);
  const previous = Int32Array.from({ length: count }, (_, at) => at - 1);
  const heap = new NumberHeap();
  // One number orders by rank, then position: ranks stay far below 2^21, positions below 2^32.
  const consider = (at: number): void => {
    const next = nexts[at]!;
    if (next >= count) return;
    const rank = table.rankOf(symbols[at]!, symbols[next]!);
    if (rank >= 0) heap.push(rank * 2 ** 32 + at);
  };
  for (let at = 0; at + 1 < count; at += 1) consider(at);
  while (heap.size > 0) {
    const entry = heap.pop();
    const rank = Math.floor(entry / 2 ** 32);
    const at = entry - rank * 2 ** 32;
    const next = nexts[at]!;
    // An entry is stale if its symbol is gone or has another neighbour by now.
    if (symbols[at]! < 0 || next >= count || table.rankOf(symbols[at]!, symbols[next]!) !== rank) continue;
    symbols[at] = table.merged[rank]!;
    spans[2 * at + 1] = spans[2 * next + 1]!;
    symbols[next] = -1;
    nexts[at] = nexts[next]!;
    if (nexts[at] < count) previous[nexts[at]] = at;
    if (previous[at]! >= 0) consider(previous[at]!);
    consider(at);
  }
  return compact(symbols, spans);
}

function compact(symbols: Int32Array, spans: Int32Array): number {
  let kept = 0;
  for (let at = 0; at < symbols.length; at += 1) {
    if (symbols[at]! < 0) continue;
    symbols[kept] = symbols[at]!;
    spans[2 * kept] = spans[2 * at]!;
    spans[2 * kept + 1] = spans[2 * at + 1]!;
    kept += 1;
  }
  return kept;
}

/** A binary heap that gives the smallest number first. */
class NumberHeap {
  readonly #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]! <= item) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  /** Must not be empty. */
  pop(): number {
    const items = this.#items;
    const smallest = items[0]!;
    const item = items.pop()!;
    const size = items.length;
    if (size === 0) return smallest;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && items[child + 1]! < items[child]!) child += 1;
      if (items[child]! >= item) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
    return smallest;
  }
}
