import { PolyheadError } from '@polyhead/types';
import type { GraphMemory } from './graph-memory.ts';
import type { ParameterLayout } from './parameter-layout.ts';
import type { BatchSizes } from './shape-formula.ts';
import type { MicroBatch } from './micro-batches.ts';

/** How training keeps within its memory. */
export interface MemoryPlan {
  /** Bytes that parameters, gradients and optimizer state take, whatever the batch. */
  readonly fixed: number;
  /** Most tokens of a micro-batch. */
  readonly microBatchTokens: number;
  /** How these micro-batches, the next ones, go forward. */
  choose(batches: readonly MicroBatch[]): MemoryChoice;
}

/** How the micro-batches of a step go forward. */
export interface MemoryChoice {
  /** Whether what the forward pass computes is kept, or has to be computed again. */
  readonly keep: boolean;
  /** Whether what earlier batches that were kept have left in sessions and buffers has to go first. */
  readonly makeRoom: boolean;
}

/** What the plan is made from. */
export interface MemoryPlanInput {
  /** In bytes. */
  readonly budget: number;
  readonly workers: number;
  readonly layout: ParameterLayout;
  /** Bytes that the workers share. */
  readonly sharedBytes: number;
  readonly memory: GraphMemory;
  readonly microBatchTokens: number;
  readonly maximumLength: number;
}

const bytesPerNumber = 4;
/** ONNX Runtime's arenas grow in powers of two: at the worst, half of one is not in use. */
const arenaFactor = 2;
const mebibyte = 2 ** 20;
/** Allowed for each worker thread: 11 MiB were measured before its first run, the rest is for its sessions and for garbage. */
const threadBytes = 60 * mebibyte;
/** Tokens of a text that counts as short. */
const shortText = 16;
/** Micro-batches are not made smaller than this many tokens. */
const smallestMicroBatch = 16;

/**
 * Finds the largest micro-batch, up to the one asked for, with which a text of maximum length and a batch of short texts fit
 * the budget even if nothing is kept.
 * @throws {PolyheadError} MEMORY_TOO_SMALL if a single text of maximum length does not fit
 */
export function planMemory(input: MemoryPlanInput): MemoryPlan {
  const { budget, workers, layout, memory, maximumLength } = input;
  const fixed = fixedBytes(input);
  const share = (budget - fixed) / workers;
  const passing = (sizes: BatchSizes): number => recomputingBytes(memory, sizes);
  const single = passing(sizesOf(1, maximumLength));
  if (single > share) {
    const needed = fixed + single * workers;
    throw new PolyheadError('MEMORY_TOO_SMALL', {
      message: `Training needs about ${Math.ceil(needed / mebibyte)} MiB for a single text of ${maximumLength} tokens on ${workers} worker threads, but the memory budget is ${Math.floor(budget / mebibyte)} MiB.`,
      remedy: 'Raise the memory budget, or lower the maximum length, the threads or the number of trained layers.',
      details: { needed: Math.ceil(needed), budget, maximumLength, workers, trained: layout.trainedLength },
    });
  }
  let tokens = input.microBatchTokens;
  const fits = (count: number): boolean =>
    passing(sizesOf(Math.max(1, Math.floor(count / maximumLength)), maximumLength)) <= share &&
    passing(sizesOf(Math.max(1, Math.floor(count / shortText)), shortText)) <= share;
  while (tokens > smallestMicroBatch && !fits(tokens)) tokens = Math.floor(tokens / 2);
  return { fixed, microBatchTokens: tokens, choose: createChoice({ memory, share, workers }) };
}

/** Sessions and buffer pools keep their memory for the next run, so what either way has taken at most stays taken. */
function createChoice({ memory, share, workers }: ChoiceInput): MemoryPlan['choose'] {
  const needsOf = createNeeds(memory);
  let keepingMost = 0;
  let recomputingMost = 0;
  return (batches) => {
    const saved = new Float64Array(workers);
    let keeping = 0;
    let recomputing = 0;
    for (const { rows, length, worker } of batches) {
      const needs = needsOf(rows.length, length);
      saved[worker] = (saved[worker] ?? 0) + needs.saved;
      keeping = Math.max(keeping, needs.keeping);
      recomputing = Math.max(recomputing, needs.recomputing);
    }
    keeping += Math.max(...saved);
    if (keeping + recomputingMost <= share) {
      keepingMost = Math.max(keepingMost, keeping);
      return { keep: true, makeRoom: false };
    }
    recomputingMost = Math.max(recomputingMost, recomputing);
    const makeRoom = keepingMost > 0 && keepingMost + recomputingMost > share;
    if (makeRoom) keepingMost = 0;
    return { keep: false, makeRoom };
  };
}

interface ChoiceInput {
  readonly memory: GraphMemory;
  /** Bytes of each worker. */
  readonly share: number;
  readonly workers: number;
}

/** What a micro-batch takes either way. A graph's estimate takes a millisecond, so they are remembered. */
function createNeeds(memory: GraphMemory): (rows: number, length: number) => MicroBatchNeeds {
  const known = new Map<string, MicroBatchNeeds>();
  return (rows, length) => {
    const key = `${rows}x${length}`;
    const sizes = sizesOf(rows, length);
    const needs = known.get(key) ?? {
      saved: memory.saved(sizes),
      keeping: keepingBytes(memory, sizes),
      recomputing: recomputingBytes(memory, sizes),
    };
    known.set(key, needs);
    return needs;
  };
}

/** In bytes. */
interface MicroBatchNeeds {
  readonly saved: number;
  /** Of the passes beside what is saved. */
  readonly keeping: number;
  readonly recomputing: number;
}

/** Each session keeps its own arena; validation has one like that of a forward pass that saves nothing. */
function keepingBytes(memory: GraphMemory, sizes: BatchSizes): number {
  const arenas = memory.forward(sizes) + memory.backward(sizes) + memory.unsavedForward(sizes);
  return memory.masks(sizes) + arenaFactor * arenas;
}

function recomputingBytes(memory: GraphMemory, sizes: BatchSizes): number {
  return memory.masks(sizes) + arenaFactor * (2 * memory.unsavedForward(sizes) + memory.joint(sizes));
}

/** Every token of a row may be a word of its own. */
function sizesOf(batch: number, sequence: number): BatchSizes {
  return { batch, sequence, wordRows: batch * sequence };
}

/** Beside what is shared, each worker has its copy of the parameters and an array of gradients. */
function fixedBytes({ workers, layout, sharedBytes }: MemoryPlanInput): number {
  return sharedBytes + workers * (threadBytes + bytesPerNumber * (layout.totalLength + layout.trainedLength));
}
