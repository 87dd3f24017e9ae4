import { PolyheadError } from '@polyhead/types';
import { chunkLength, forEachChunk, type ParameterFunctions, zerosAddress } from './parameter-memory.ts';

/** What AdamW works on: flat arrays of one length. All but the gradients are changed. */
export interface AdamWState {
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
}

/** The numbers of one AdamW update. */
export interface AdamWStep {
  readonly learningRate: number;
  /** Decoupled: `learningRate * weightDecay` of the parameter is taken off it. */
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Number of updates with this one: 1 at the first. */
  readonly updates: number;
  /** Every gradient is multiplied by it first. */
  readonly gradientScale: number;
}

/** What SGD works on: flat arrays of one length. All but the gradients are changed. */
export interface SgdState {
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  /** Left alone without momentum, and not needed then. */
  readonly velocities?: Float32Array | undefined;
}

/** The numbers of one SGD update. */
export interface SgdStep {
  readonly learningRate: number;
  readonly momentum: number;
  /** `weightDecay` times the parameter is added to its gradient. */
  readonly weightDecay: number;
  /** Every gradient is multiplied by it first. */
  readonly gradientScale: number;
  /** At the first update the velocities become the gradients, whatever they were. */
  readonly isFirst: boolean;
  /** @default false */
  readonly nesterov?: boolean;
}

/**
 * What training does to flat arrays of parameters and gradients, with WebAssembly SIMD. Arrays may be of any length, at
 * any offset, in an ArrayBuffer or a SharedArrayBuffer, and larger than what WebAssembly can address. `add`, `adamW` and
 * `sgd` give the same bits wherever an array is cut into parts.
 *
 * Arrays that lie together in {@link createSharedArrays} are worked on in place; others are copied to and fro in chunks,
 * which takes about twice as long.
 */
export interface ParameterKernels {
  /** `target += source`. @throws {PolyheadError} SHAPE_MISMATCH */
  add(target: Float32Array, source: Float32Array): void;
  /**
   * Adds the others to `target`, in their order.
   * @returns the sum of squares of the result, in float64
   * @throws {PolyheadError} SHAPE_MISMATCH
   */
  sumInto(target: Float32Array, others: readonly Float32Array[]): number;
  /**
   * One update of AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019) with PyTorch's semantics,
   * in float32. First moments below 1e-30 become 0, for speed.
   * @throws {PolyheadError} SHAPE_MISMATCH
   */
  adamW(state: AdamWState, step: AdamWStep): void;
  /**
   * One update of stochastic gradient descent with PyTorch's semantics (no dampening), in float32.
   * @throws {PolyheadError} SHAPE_MISMATCH
   */
  sgd(state: SgdState, step: SgdStep): void;
}

/** First moments below it become 0. Below 1e-38, processors take about a hundred times as long. */
const smallestMoment = 1e-30;

/** The kernels of this thread. They keep nothing between calls but a small memory that all of them share. */
export function createParameterKernels(): ParameterKernels {
  return { add, sumInto, adamW, sgd };
}

function add(target: Float32Array, source: Float32Array): void {
  assertSameLength(target, { source });
  addChunks(target, source);
}

function addChunks(target: Float32Array, source: Float32Array): void {
  forEachChunk([target, source], 1, (functions, [targetAt, sourceAt], end) => {
    functions.add(targetAt!, end, sourceAt!);
  });
}

function sumInto(target: Float32Array, others: readonly Float32Array[]): number {
  for (const other of others) assertSameLength(target, { other });
  let sum = 0;
  for (let from = 0; from < target.length; from += chunkLength) {
    const chunk = target.subarray(from, from + chunkLength);
    for (const other of others) addChunks(chunk, other.subarray(from, from + chunkLength));
    forEachChunk([chunk], 0, (functions, [at], end) => {
      sum += functions.squares(at!, end);
    });
  }
  return sum;
}

function adamW({ parameters, gradients, firstMoments, secondMoments }: AdamWState, step: AdamWStep): void {
  assertSameLength(parameters, { gradients, firstMoments, secondMoments });
  const run = createAdamWRun(step);
  const factors = toAdamWFactors(step);
  forEachChunk([parameters, firstMoments, secondMoments, gradients], 3, (functions, at, end) => {
    run(functions, { at, end, gradients: at[3]! }, factors);
  });
}

/** Several updates of AdamW, one after the other, with gradients of 0. */
export function replayAdamW(
  { parameters, firstMoments, secondMoments }: Omit<AdamWState, 'gradients'>,
  betas: Pick<AdamWStep, 'beta1' | 'beta2'>,
  updates: readonly AdamWFactors[],
): void {
  const run = createAdamWRun({ ...betas, gradientScale: 1 });
  forEachChunk([parameters, firstMoments, secondMoments], 3, (functions, at, end) => {
    for (const factors of updates) run(functions, { at, end, gradients: zerosAddress }, factors);
  });
}

/** The numbers that AdamW derives from learning rate and update count, as the kernel takes them. */
export interface AdamWFactors {
  /** Share of the parameter that is taken off. */
  readonly decay: number;
  /** Learning rate with both bias corrections. */
  readonly size: number;
  /** Epsilon with the second bias correction. */
  readonly epsilon: number;
}

/** See {@link AdamWFactors}. */
export function toAdamWFactors(step: Omit<AdamWStep, 'gradientScale'>): AdamWFactors {
  const correction = Math.sqrt(1 - step.beta2 ** step.updates);
  return {
    decay: step.learningRate * step.weightDecay,
    size: (step.learningRate * correction) / (1 - step.beta1 ** step.updates),
    epsilon: step.epsilon * correction,
  };
}

/** Addresses: of parameters, first and second moments; the end of the parameters; the gradients. */
interface AdamWChunk {
  readonly at: readonly number[];
  readonly end: number;
  readonly gradients: number;
}

type AdamWRun = (functions: ParameterFunctions, chunk: AdamWChunk, factors: AdamWFactors) => void;

function createAdamWRun({
  beta1,
  beta2,
  gradientScale,
}: Pick<AdamWStep, 'beta1' | 'beta2' | 'gradientScale'>): AdamWRun {
  return (functions, { at, end, gradients }, { decay, size, epsilon }) => {
    functions.adamW(
      at[0]!,
      end,
      gradients,
      at[1]!,
      at[2]!,
      gradientScale,
      1 - beta1,
      beta2,
      1 - beta2,
      decay,
      size,
      epsilon,
      smallestMoment,
    );
  };
}

function sgd({ parameters, gradients, velocities }: SgdState, step: SgdStep): void {
  const { gradientScale, weightDecay, learningRate, momentum } = step;
  if (momentum === 0) {
    assertSameLength(parameters, { gradients });
    forEachChunk([parameters, gradients], 1, (functions, [at, gradientsAt], end) => {
      functions.sgd(at!, end, gradientsAt!, gradientScale, weightDecay, learningRate);
    });
    return;
  }
  const moved = velocities ?? new Float32Array(0);
  assertSameLength(parameters, { gradients, velocities: moved });
  if (step.isFirst) moved.fill(0);
  const nesterov = step.nesterov === true ? -1 : 0;
  forEachChunk([parameters, moved, gradients], 2, (functions, [at, movedAt, gradientsAt], end) => {
    functions.sgdWithMomentum(
      at!,
      end,
      gradientsAt!,
      movedAt!,
      gradientScale,
      weightDecay,
      learningRate,
      momentum,
      nesterov,
    );
  });
}

function assertSameLength(parameters: Float32Array, others: Readonly<Record<string, Float32Array>>): void {
  for (const [name, { length }] of Object.entries(others)) {
    if (length === parameters.length) continue;
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `The array "${name}" has ${length} elements, the one it goes with ${parameters.length}.`,
      remedy: 'Pass arrays of one length.',
      details: { name },
    });
  }
}
