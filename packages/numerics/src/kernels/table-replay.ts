import { createAdamWRun, updateAdamWChunk, type AdamWFactors, type AdamWState } from './parameter-kernels.ts';
import { chunkLength, type ParameterMemory } from './parameter-memory.ts';

/** Elements of flat arrays, from `from` up to but without `to`. */
export interface ElementRange {
  readonly from: number;
  readonly to: number;
}

/** Several AdamW updates in a row, with gradients of 0, of some elements. */
export function replayAdamW(
  memory: ParameterMemory,
  state: Omit<AdamWState, 'gradients'> & ElementRange,
  { beta1, beta2, factors }: { beta1: number; beta2: number; factors: readonly AdamWFactors[] },
): void {
  const run = createAdamWRun(memory, { beta1, beta2, gradientScale: 1 });
  for (let from = state.from; from < state.to; from += chunkLength) {
    const to = Math.min(state.to, from + chunkLength);
    const gradients = memory.rooms[3].clear(state.parameters, from, to);
    updateAdamWChunk(memory, state, { from, to }, (at) => {
      for (const step of factors) run(at, gradients, step);
    });
  }
}

/** Multiplies some elements by a factor. Numbers too small for full precision become 0. */
export function scaleRange(values: Float32Array, factor: number, { from, to }: ElementRange): void {
  if (factor === 1) return;
  for (let index = from; index < to; index += 1) {
    const product = values[index]! * factor;
    values[index] = product < 1e-37 && product > -1e-37 ? 0 : product;
  }
}

/** True if all of some elements are 0. */
export function isZeroRange(values: Float32Array, { from, to }: ElementRange): boolean {
  for (let index = from; index < to; index += 1) if (values[index] !== 0) return false;
  return true;
}

/**
 * Multiplies pairs of elements by a matrix of 2 rows and 2 columns, in row-major order.
 * @param second may be missing: then it counts as 0
 */
export function multiplyPairs(
  first: Float32Array,
  second: Float32Array | undefined,
  matrix: readonly [number, number, number, number],
  { from, to }: ElementRange,
): void {
  const [m00, m01, m10, m11] = matrix;
  if (second === undefined) {
    scaleRange(first, m00, { from, to });
    return;
  }
  for (let index = from; index < to; index += 1) {
    const a = first[index]!;
    const b = second[index]!;
    first[index] = m00 * a + m01 * b;
    second[index] = m10 * a + m11 * b;
  }
}
