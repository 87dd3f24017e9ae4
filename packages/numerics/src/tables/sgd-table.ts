import { createParameterKernels } from '../kernels/parameter-kernels.ts';
import { multiplyPairs } from '../kernels/element-range.ts';
import { createTableOptimizer, type TableOptimizer, type TableOptions, type TableRule } from './table-optimizer.ts';

/** Settings of {@link createSgdTable}. */
export interface SgdTableOptions extends TableOptions {
  /** `[rows, dimension]`; may be left out without momentum. */
  readonly velocities?: Float32Array | undefined;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** Row-major; multiplies a column of parameter and velocity. */
type Matrix2 = readonly [number, number, number, number];

/**
 * A table that learns by SGD. An update without a gradient is a linear map of a parameter and its velocity, the same for
 * all elements, so any number of missed updates is one product with a matrix of 2 rows and 2 columns, in float64.
 */
export function createSgdTable(options: SgdTableOptions): TableOptimizer {
  return createTableOptimizer(createSgdRule(options), options);
}

function createSgdRule(options: SgdTableOptions): TableRule {
  const { table, dimension, momentum, weightDecay, updates: firstUpdate = 0 } = options;
  const velocities = momentum === 0 ? undefined : options.velocities;
  const kernels = createParameterKernels();
  const learningRates: number[] = [];
  const missed = createMissedUpdates((update) => {
    const learningRate = learningRates[update - firstUpdate - 1] ?? 0;
    return [1 - learningRate * weightDecay, -learningRate * momentum, weightDecay, momentum];
  });
  return {
    record(_, learningRate) {
      learningRates.push(learningRate);
    },
    replay(row, last, update) {
      const range = { from: row * dimension, to: (row + 1) * dimension };
      multiplyPairs(table, velocities, missed(last, update), range);
    },
    update(row, gradients, step) {
      const from = row * dimension;
      const to = from + dimension;
      const state = {
        parameters: table.subarray(from, to),
        gradients,
        velocities: velocities?.subarray(from, to),
      };
      kernels.sgd(state, { ...step, momentum, weightDecay, isFirst: false });
    },
  };
}

const identity: Matrix2 = [1, 0, 0, 1];

/** The product of the maps of the updates from `last + 1` to `update`; products are kept for other rows. */
function createMissedUpdates(mapOf: (update: number) => Matrix2): (last: number, update: number) => Matrix2 {
  let current = 0;
  let products: Matrix2[] = [];
  return (last, update) => {
    if (update !== current) {
      current = update;
      products = [identity];
    }
    for (let count = products.length; count <= update - last; count += 1) {
      products.push(multiply2(products[count - 1] ?? identity, mapOf(update - count + 1)));
    }
    return products[update - last] ?? identity;
  };
}

function multiply2([a, b, c, d]: Matrix2, [e, f, g, h]: Matrix2): Matrix2 {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}
