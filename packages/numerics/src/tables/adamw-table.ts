import { type ElementRange, isZeroRange, scaleRange } from '../kernels/element-range.ts';
import {
  type AdamWFactors,
  type AdamWState,
  createParameterKernels,
  replayAdamW,
  toAdamWFactors,
} from '../kernels/parameter-kernels.ts';
import { createTableOptimizer, type TableOptimizer, type TableOptions, type TableRule } from './table-optimizer.ts';

/** Settings of {@link createAdamWTable}. */
export interface AdamWTableOptions extends TableOptions {
  /** `[rows, dimension]`, like the second ones. */
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** Updates are replayed one by one until so little is left of the first moments, and all at once after that. */
const negligibleMoment = 2 ** -30;

/**
 * A table that learns by AdamW. A row that missed updates has each of them replayed, until its first moments have decayed
 * to a part in 2^30; what remains is to multiply by products of decay factors. So rows that have moments and missed fewer updates
 * than that (198 with a beta1 of 0.9) get the very bits of the dense update; others, such as words that were never seen, which
 * weight decay alone moves, get it but for rounding.
 */
export function createAdamWTable(options: AdamWTableOptions): TableOptimizer {
  return createTableOptimizer(createAdamWRule(options), options);
}

function createAdamWRule(options: AdamWTableOptions): TableRule {
  const { table: parameters, firstMoments, secondMoments, dimension, beta1, beta2 } = options;
  const kernels = createParameterKernels();
  const history = createHistory(options);
  const longestReplay = beta1 === 0 ? 1 : Math.ceil(Math.log(negligibleMoment) / Math.log(beta1));
  const partsOf = ({ from, to }: ElementRange): Omit<AdamWState, 'gradients'> => ({
    parameters: parameters.subarray(from, to),
    firstMoments: firstMoments.subarray(from, to),
    secondMoments: secondMoments.subarray(from, to),
  });
  const rangeOf = (row: number): ElementRange => ({ from: row * dimension, to: (row + 1) * dimension });
  return {
    record: history.record,
    replay(row, last, update) {
      const range = rangeOf(row);
      const moves = !isZeroRange(firstMoments, range);
      const replayed = moves ? Math.min(update, last + longestReplay) : last;
      if (moves) replayAdamW(partsOf(range), options, history.factors(last, replayed));
      const left = update - replayed;
      if (left === 0) return;
      scaleRange(parameters, history.kept(replayed, update), range);
      scaleRange(firstMoments, beta1 ** left, range);
      scaleRange(secondMoments, beta2 ** left, range);
    },
    update(row, gradients, step) {
      kernels.adamW({ ...partsOf(rangeOf(row)), gradients }, { ...options, ...step });
    },
  };
}

interface History {
  readonly record: TableRule['record'];
  /** The factors of the updates after `last`, up to `update`. */
  readonly factors: (last: number, update: number) => AdamWFactors[];
  /** What those updates leave of a parameter that nothing but its decay moves. */
  readonly kept: (last: number, update: number) => number;
}

/** The factors of every update, and running sums of the logarithms of what each decay left. */
function createHistory(options: AdamWTableOptions): History {
  const { updates: firstUpdate = 0 } = options;
  const factors: AdamWFactors[] = [];
  const logarithms: number[] = [0];
  return {
    record(updates, learningRate) {
      const next = toAdamWFactors({ ...options, learningRate, updates });
      factors.push(next);
      logarithms.push((logarithms.at(-1) ?? 0) + Math.log1p(-next.decay));
    },
    factors: (last, update) => factors.slice(last - firstUpdate, update - firstUpdate),
    kept: (last, update) => Math.exp((logarithms[update - firstUpdate] ?? 0) - (logarithms[last - firstUpdate] ?? 0)),
  };
}
