import { assertSameLength, createParameterMemory, forEachChunk, type ParameterMemory } from './parameter-memory.ts';

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
  /** May be left out, and is not touched, without momentum. */
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

/** Kernels with a memory of their own; one for each thread is enough. */
export function createParameterKernels(): ParameterKernels {
  return toParameterKernels(createParameterMemory());
}

/** Kernels that work in a memory that others use in between. */
export function toParameterKernels(memory: ParameterMemory): ParameterKernels {
  const { functions, rooms } = memory;
  const [room0, room1] = rooms;
  const addChunk = (at: number, source: Float32Array, from: number, to: number): void => {
    functions.add(at, at + 4 * (to - from), room1.load(source, from, to));
  };
  return {
    add(target, source) {
      assertSameLength(target, { source });
      forEachChunk(target.length, (from, to) => {
        addChunk(room0.load(target, from, to), source, from, to);
        room0.save(target, from, to);
      });
    },
    sumInto(target, others) {
      for (const other of others) assertSameLength(target, { other });
      let sum = 0;
      forEachChunk(target.length, (from, to) => {
        const at = room0.load(target, from, to);
        for (const other of others) addChunk(at, other, from, to);
        if (others.length > 0) room0.save(target, from, to);
        sum += functions.squares(at, at + 4 * (to - from));
      });
      return sum;
    },
    adamW(state, step) {
      assertSameLength(state.parameters, { ...state });
      const run = createAdamWRun(memory, step);
      const factors = toAdamWFactors(step);
      forEachChunk(state.parameters.length, (from, to) => {
        const gradients = rooms[3].load(state.gradients, from, to);
        updateAdamWChunk(memory, state, { from, to }, (at) => {
          run(at, gradients, factors);
        });
      });
    },
    sgd(state, step) {
      updateSgd(rooms, functions.sgd, state, step);
    },
  };
}

/** Where a chunk of parameters and moments lies. */
export interface AdamWChunk {
  readonly parameters: number;
  readonly end: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
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

/** A function that makes one AdamW update of a chunk in the memory, given the address of the gradients. */
export function createAdamWRun(
  { functions }: ParameterMemory,
  { beta1, beta2, gradientScale }: Pick<AdamWStep, 'beta1' | 'beta2' | 'gradientScale'>,
): (at: AdamWChunk, gradients: number, factors: AdamWFactors) => void {
  return (at, gradients, { decay, size, epsilon }) => {
    const { parameters, end, firstMoments, secondMoments } = at;
    functions.adamW(
      parameters,
      end,
      gradients,
      firstMoments,
      secondMoments,
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

/** Brings a chunk of parameters and moments into the memory, has it changed there, and takes it back. */
export function updateAdamWChunk(
  { rooms }: ParameterMemory,
  { parameters, firstMoments, secondMoments }: Omit<AdamWState, 'gradients'>,
  { from, to }: { readonly from: number; readonly to: number },
  update: (at: AdamWChunk) => void,
): void {
  const [room0, room1, room2] = rooms;
  const at = room0.load(parameters, from, to);
  update({
    parameters: at,
    end: at + 4 * (to - from),
    firstMoments: room1.load(firstMoments, from, to),
    secondMoments: room2.load(secondMoments, from, to),
  });
  room0.save(parameters, from, to);
  room1.save(firstMoments, from, to);
  room2.save(secondMoments, from, to);
}

function updateSgd(
  [room0, room1, room2]: ParameterMemory['rooms'],
  sgd: ParameterMemory['functions']['sgd'],
  { parameters, gradients, velocities }: SgdState,
  step: SgdStep,
): void {
  assertSameLength(parameters, velocities === undefined ? { gradients } : { gradients, velocities });
  const { momentum, isFirst, nesterov = false } = step;
  const kept = momentum === 0 ? undefined : velocities;
  forEachChunk(parameters.length, (from, to) => {
    const at = room0.load(parameters, from, to);
    const end = at + 4 * (to - from);
    const gradientsAt = room1.load(gradients, from, to);
    const velocitiesAt =
      kept === undefined || isFirst ? room2.clear(kept ?? parameters, from, to) : room2.load(kept, from, to);
    sgd(
      at,
      end,
      gradientsAt,
      velocitiesAt,
      step.gradientScale,
      step.weightDecay,
      momentum,
      step.learningRate,
      nesterov ? -1 : 0,
    );
    room0.save(parameters, from, to);
    if (kept !== undefined) room2.save(kept, from, to);
  });
}
