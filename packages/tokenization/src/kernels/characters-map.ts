/** A sentencepiece character map: a double-array trie (Darts-clone) over UTF-8 and the NUL-separated replacements. */
export interface CharactersMap {
  readonly units: Uint32Array;
  readonly replacements: Uint8Array;
}

/**
 * The replacement of the shortest prefix of `key` that the map knows (sentencepiece and the Rust tokenizers take the
 * shortest), or -1. The value is where the replacement begins in `replacements`.
 */
export function findShortestPrefix(map: CharactersMap, key: Uint8Array): number {
  const { units } = map;
  let position = offsetOf(units[0]!);
  for (const byte of key) {
    if (byte === 0) return -1;
    position ^= byte;
    const unit = units[position];
    // The label and the "is a leaf value" bit must equal the byte.
    if (unit === undefined || (unit & 0x800000ff) !== byte) return -1;
    position ^= offsetOf(unit);
    if (((unit >>> 8) & 1) === 1) return (units[position] ?? 0) & 0x7fffffff;
  }
  return -1;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
