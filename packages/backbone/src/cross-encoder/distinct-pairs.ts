import type { TextPair } from '@polyhead/types';
import { findDistinctTexts } from '../encoding/distinct-texts.ts';

/** The different texts and pairs among some pairs. */
export interface DistinctPairs {
  readonly firsts: readonly string[];
  readonly seconds: readonly string[];
  /** Of each different pair: where its texts lie in `firsts` and `seconds`. */
  readonly pairs: readonly DistinctPair[];
  /** For each of the original pairs: its place in `pairs`. */
  readonly places: Int32Array;
}

/** A pair of texts that are given by their places. */
export interface DistinctPair {
  readonly first: number;
  readonly second: number;
  /** Index of the original pair that it is first met in. */
  readonly index: number;
  /** How often it occurs. */
  count: number;
}

/** Finds equal texts and equal pairs, so that each text is tokenised once and each pair is run once. */
export function findDistinctPairs(all: readonly TextPair[]): DistinctPairs {
  const firsts = findDistinctTexts(all.map(({ first }) => first));
  const seconds = findDistinctTexts(all.map(({ second }) => second));
  const seen = new Map<number, number>();
  const pairs: DistinctPair[] = [];
  const places = Int32Array.from(all, (_, index) => {
    const first = firsts.places[index] ?? 0;
    const second = seconds.places[index] ?? 0;
    const key = first * seconds.texts.length + second;
    const place = seen.get(key) ?? pairs.length;
    const pair = pairs[place];
    if (pair === undefined) {
      seen.set(key, place);
      pairs.push({ first, second, index, count: 1 });
    } else pair.count++;
    return place;
  });
  return { firsts: firsts.texts, seconds: seconds.texts, pairs, places };
}
