/** A seeded source of random numbers. The same seed gives the same sequence on every machine. */
export interface RandomGenerator {
  /** The next number in [0, 1). */
  next(): number;
  /** An integer in [0, limit), without modulo bias. */
  integer(limit: number): number;
  /** A draw from the standard normal distribution. */
  normal(): number;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<Items extends unknown[] | Int32Array | Uint32Array>(items: Items): Items;
  /** A new, independent generator whose sequence depends only on this one's seed and the name. */
  fork(name: string): RandomGenerator;
}
