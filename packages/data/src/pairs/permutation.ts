import type { RandomGenerator } from '@polyhead/types';

/**
 * A random order of the numbers from 0 to below `count` that is computed number by number instead of being kept: a Feistel
 * network on the smallest square power of two that holds them, walked until it lands inside (Black and Rogaway 2002,
 * "Ciphers with Arbitrary Finite Domains").
 * @returns what stands at a place of the order
 */
export function createPermutation(count: number, random: RandomGenerator): (place: number) => number {
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, count)) / 2));
  const size = 2 ** halfBits;
  const keys = Array.from({ length: rounds }, () => random.integer(2 ** 31));
  const encrypt = (value: number): number => {
    let [left, right] = [Math.floor(value / size), value % size];
    for (const key of keys) [left, right] = [right, left ^ (mix(right, key) & (size - 1))];
    return left * size + right;
  };
  return (place) => {
    let value = encrypt(place);
    while (value >= count) value = encrypt(value);
    return value;
  };
}

const rounds = 6;

/** A well-mixed 32-bit hash of a number and a key (the finalizer of MurmurHash3). */
function mix(value: number, key: number): number {
  let hash = Math.imul(value ^ key, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
