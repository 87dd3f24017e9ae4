/** A trie over UTF-16 units, its edges in one open-addressing hash table: compact also for 250,000 pieces. */
export class PieceTrie {
  #parents: Int32Array;
  #units: Uint16Array;
  #children: Int32Array;
  #ids: Int32Array;
  #nodes = 1;

  /** @param expectedNodes a guess that avoids growing */
  constructor(expectedNodes: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, expectedNodes * 2)));
    this.#parents = new Int32Array(slots).fill(-1);
    this.#units = new Uint16Array(slots);
    this.#children = new Int32Array(slots);
    this.#ids = new Int32Array(slots / 2 + 1).fill(-1);
  }

  /** The root node is 0. */
  insert(piece: string, id: number): void {
    let node = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const unit = piece.charCodeAt(at);
      const child = this.child(node, unit);
      node = child < 0 ? this.#add(node, unit) : child;
    }
    this.#ids[node] = id;
  }

  /** The node below `node` along this unit, or -1. */
  child(node: number, unit: number): number {
    const slot = this.#slotOf(node, unit);
    return this.#parents[slot]! < 0 ? -1 : this.#children[slot]!;
  }

  /** The id of the piece that ends at this node, or -1. */
  idAt(node: number): number {
    return this.#ids[node]!;
  }

  /** The node that a text leads to from the root, or -1. */
  walk(text: string): number {
    let node = 0;
    for (let at = 0; at < text.length && node >= 0; at += 1) node = this.child(node, text.charCodeAt(at));
    return node;
  }

  /** The id of a piece, or -1. */
  find(piece: string): number {
    const node = this.walk(piece);
    return node < 0 ? -1 : this.idAt(node);
  }

  #slotOf(node: number, unit: number): number {
    const mask = this.#parents.length - 1;
    let hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (this.#parents[slot]! >= 0 && (this.#parents[slot] !== node || this.#units[slot] !== unit))
      slot = (slot + 1) & mask;
    return slot;
  }

  #add(node: number, unit: number): number {
    if (this.#nodes * 2 > this.#parents.length) this.#grow();
    const slot = this.#slotOf(node, unit);
    this.#parents[slot] = node;
    this.#units[slot] = unit;
    this.#children[slot] = this.#nodes;
    this.#nodes += 1;
    return this.#nodes - 1;
  }

  #grow(): void {
    const [parents, units, children, ids] = [this.#parents, this.#units, this.#children, this.#ids];
    const slots = parents.length * 2;
    this.#parents = new Int32Array(slots).fill(-1);
    this.#units = new Uint16Array(slots);
    this.#children = new Int32Array(slots);
    this.#ids = new Int32Array(slots / 2 + 1).fill(-1);
    this.#ids.set(ids);
    for (let old = 0; old < parents.length; old += 1) {
      if (parents[old]! < 0) continue;
      const slot = this.#slotOf(parents[old]!, units[old]!);
      this.#parents[slot] = parents[old]!;
      this.#units[slot] = units[old]!;
      this.#children[slot] = children[old]!;
    }
  }
}
