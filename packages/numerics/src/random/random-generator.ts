import { PolyheadError, type RandomGenerator } from '@polyhead/types';

/** The state of xoshiro128**: four 32-bit words, not all zero. */
type State = Uint32Array;

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** The finaliser of MurmurHash3: every input bit moves every output bit. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Fills the state from 32-bit words: each of the four is mixed from all of them with its own Weyl constant. */
function toState(words: readonly number[]): State {
  const state = new Uint32Array(4);
  for (let index = 0; index < 4; index += 1) {
    let hash = mix(Math.imul(index + 1, 0x9e3779b9));
    for (const word of words) hash = mix((Math.imul(hash, 5) + 0xe6546b64 + mix(word)) | 0);
    state[index] = hash;
  }
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}

/** One step of xoshiro128** 1.1. */
function nextWord(state: State): number {
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = state;
  const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
  const c = s2 ^ s0;
  const d = s3 ^ s1;
  state[0] = s0 ^ d;
  state[1] = s1 ^ c;
  state[2] = c ^ (s1 << 9);
  state[3] = rotateLeft(d, 11);
  return result;
}

function nextFraction(state: State): number {
  const high = nextWord(state) >>> 5;
  const low = nextWord(state) >>> 6;
  return (high * 0x4000000 + low) / 0x20000000000000;
}

function nextInteger(state: State, limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 0x100000000) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The limit of a random integer is ${limit}.`,
      remedy: 'Pass an integer from 1 to 4294967296.',
    });
  }
  const usable = 0x100000000 - (0x100000000 % limit);
  let word = nextWord(state);
  while (word >= usable) word = nextWord(state);
  return word % limit;
}

function shuffleInPlace(state: State, items: unknown[] | Int32Array | Uint32Array): void {
  const array = items as unknown[];
  for (let last = array.length - 1; last > 0; last -= 1) {
    const other = nextInteger(state, last + 1);
    const kept = array[last];
    array[last] = array[other];
    array[other] = kept;
  }
}

function createFromWords(words: readonly number[]): RandomGenerator {
  const state = toState(words);
  return {
    next: () => nextFraction(state),
    integer: (limit) => nextInteger(state, limit),
    normal: () => Math.sqrt(-2 * Math.log(1 - nextFraction(state))) * Math.cos(2 * Math.PI * nextFraction(state)),
    shuffle: (items) => {
      shuffleInPlace(state, items);
      return items;
    },
    fork: (name) => createFromWords([...words, name.length, ...Array.from(name, (_, at) => name.charCodeAt(at))]),
  };
}

/**
 * A seeded generator: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021),
 * its state mixed from the seed by MurmurHash3's finaliser. A fork's sequence depends on the seed and the names on the
 * way to it, not on how many numbers were drawn before.
 * @param seed an integer between -(2^53 - 1) and 2^53 - 1
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function createRandomGenerator(seed: number): RandomGenerator {
  if (!Number.isSafeInteger(seed)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The random seed is ${seed}.`,
      remedy: 'Pass an integer, such as 42.',
    });
  }
  return createFromWords([seed >>> 0, Math.floor(seed / 0x100000000) | 0]);
}

/** Two words of 32 bits, mixed from two integers of up to 53 bits. */
export function toRandomWords(first: number, second: number): readonly [number, number] {
  const halves = [first, second].flatMap((value) => [value >>> 0, Math.floor(value / 0x100000000) | 0]);
  const [low = 0, high = 0] = toState(halves);
  return [low, high];
}

/** The numbers 0 to `length - 1` in random order. */
export function randomPermutation(length: number, random: RandomGenerator): Int32Array {
  return random.shuffle(Int32Array.from({ length }, (_, index) => index));
}
