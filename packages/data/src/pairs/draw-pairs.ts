import { PolyheadError, type RandomGenerator, type Targets } from '@polyhead/types';
import { countRows } from '../select-rows.ts';
import { createPairSpace, type PairSpace, type RowPair } from './pair-space.ts';
import { createPermutation } from './permutation.ts';
import { groupRows } from './row-groups.ts';

/**
 * How many pairs are drawn. `oversampling`: as many unlike ones as alike ones, the fewer repeated; `undersampling`: the more
 * cut down to the fewer; `unique`: every pair once; `iterations`: so many alike and so many unlike pairs for every row.
 */
export type PairStrategy = 'oversampling' | 'undersampling' | 'unique' | { readonly iterations: number };

/** A pair that was drawn. */
export interface DrawnPair extends RowPair {
  /** 1 if the rows share a label, else 0. */
  readonly target: number;
}

/** Pairs in the order in which they were drawn, each computed when it is asked for. */
export interface DrawnPairs {
  readonly length: number;
  /** @param index from 0 to below `length` */
  at(index: number): DrawnPair;
}

/** How pairs are drawn. */
export interface DrawPairsOptions {
  readonly strategy: PairStrategy;
  /**
   * Pairs every row with itself too, as the Python library SetFit does; such a pair teaches nothing, but changes the counts.
   * @default false
   */
  readonly identity?: boolean;
  readonly random: RandomGenerator;
}

/**
 * Draws pairs of rows that share a label and pairs of rows that do not, in turns, each kind in random order and begun again
 * when all of it was drawn. Memory does not grow with the number of pairs.
 * @throws {PolyheadError} TASK_UNSUPPORTED for regression; TOO_FEW_EXAMPLES if there are no pairs of one kind;
 * INVALID_ARGUMENT
 */
export function drawPairs(targets: Targets, { strategy, identity = false, random }: DrawPairsOptions): DrawnPairs {
  const groups = groupRows(targets);
  const alike = createPairSpace(groups, { alike: true, identity });
  const unlike = createPairSpace(groups, { alike: false, identity });
  if (alike.count === 0 || unlike.count === 0) throw nothingToCompare(alike.count === 0);
  const [positives, negatives] = countDrawn(strategy, [alike.count, unlike.count], countRows(targets));
  const drawAlike = createCycle(alike, 1, random.fork('alike'));
  const drawUnlike = createCycle(unlike, 0, random.fork('unlike'));
  const turns = 2 * Math.min(positives, negatives);
  return {
    length: positives + negatives,
    at(index) {
      if (index < turns) return index % 2 === 0 ? drawAlike(index / 2) : drawUnlike((index - 1) / 2);
      const rest = index - turns / 2;
      return positives > negatives ? drawAlike(rest) : drawUnlike(rest);
    },
  };
}

function countDrawn(
  strategy: PairStrategy,
  [alike, unlike]: readonly [number, number],
  rows: number,
): readonly [number, number] {
  switch (strategy) {
    case 'oversampling':
      return [Math.max(alike, unlike), Math.max(alike, unlike)];
    case 'undersampling':
      return [Math.min(alike, unlike), Math.min(alike, unlike)];
    case 'unique':
      return [alike, unlike];
    default:
      return [assertIterations(strategy.iterations) * rows, strategy.iterations * rows];
  }
}

function assertIterations(iterations: number): number {
  if (Number.isInteger(iterations) && iterations >= 1) return iterations;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The number of iterations is ${iterations}.`,
    remedy: 'Give a whole number from 1.',
    details: { iterations },
  });
}

function createCycle(space: PairSpace, target: number, random: RandomGenerator): (index: number) => DrawnPair {
  const permutation = createPermutation(space.count, random);
  return (index) => ({ ...space.at(permutation(index % space.count)), target });
}

function nothingToCompare(alikeMissing: boolean): PolyheadError {
  return new PolyheadError('TOO_FEW_EXAMPLES', {
    message: alikeMissing ? 'No two texts share a label.' : 'All texts share a label with each other.',
    remedy: 'Give at least two texts of each of two labels.',
  });
}
