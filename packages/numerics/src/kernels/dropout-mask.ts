import { PolyheadError } from '@polyhead/types';
import { toRandomWords } from '../random/random-generator.ts';
import { dropoutModule } from './dropout-module.ts';
import { createInstantiator, growToBytes, type ModuleMemory } from './web-assembly.ts';

/** Which mask {@link fillDropoutMask} makes. */
export interface DropoutMaskOptions {
  /** An integer; usually the seed of the training. */
  readonly seed: number;
  /** An integer; another one for every mask of the training. */
  readonly stream: number;
  /** Share of zeros, 0 or more and less than 1. */
  readonly probability: number;
  /** Place in the mask that `target` begins at: long masks can be made in parts. @default 0 */
  readonly start?: number;
}

interface DropoutExports {
  readonly memory: ModuleMemory;
  readonly fillMask: (
    target: number,
    end: number,
    place: number,
    key1: number,
    key2: number,
    threshold: number,
    kept: number,
  ) => void;
}

interface MaskMemory {
  readonly values: Float32Array;
  readonly fillMask: DropoutExports['fillMask'];
}

const chunkLength = 8192;
const bytesPerNumber = 4;
const wordRange = 0x100000000;
const instantiate = createInstantiator(dropoutModule);
let maskMemory: MaskMemory | undefined;

function createMaskMemory(): MaskMemory {
  const { memory, fillMask } = instantiate() as DropoutExports;
  growToBytes(memory, chunkLength * bytesPerNumber);
  return { values: new Float32Array(memory.buffer, 0, chunkLength), fillMask };
}

/**
 * Fills `target` with 0, with the given probability, and 1 / (1 - probability) elsewhere, so that a product with it keeps
 * its expected value. Every number depends on seed, stream and its place alone (it is a hash of the three), so a mask is
 * the same however it is cut into parts.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function fillDropoutMask(target: Float32Array, options: DropoutMaskOptions): void {
  assertDropoutMaskOptions(options);
  const { seed, stream, probability, start = 0 } = options;
  maskMemory ??= createMaskMemory();
  const { values, fillMask } = maskMemory;
  const [key1, key2] = toRandomWords(seed, stream);
  const threshold = Math.round(probability * wordRange) | 0;
  for (let from = 0; from < target.length; from += chunkLength) {
    const length = Math.min(chunkLength, target.length - from);
    fillMask(0, length * bytesPerNumber, (start + from) | 0, key1, key2, threshold, 1 / (1 - probability));
    target.set(length === chunkLength ? values : values.subarray(0, length), from);
  }
}

function assertDropoutMaskOptions({ seed, stream, probability, start = 0 }: DropoutMaskOptions): void {
  if (!(probability >= 0 && probability < 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The probability of dropout is ${probability}.`,
      remedy: 'Pass a number of 0 or more that is less than 1, such as 0.1.',
    });
  }
  for (const [name, value] of Object.entries({ seed, stream, start })) {
    if (Number.isSafeInteger(value)) continue;
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The ${name} of a dropout mask is ${value}.`,
      remedy: 'Pass an integer.',
    });
  }
}
