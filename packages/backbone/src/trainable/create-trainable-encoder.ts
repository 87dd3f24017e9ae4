import { availableParallelism } from 'node:os';
import {
  PolyheadError,
  assertNotAborted,
  type Encoding,
  type Matrix,
  type OptimizerSettings,
  type TrainableEncoder,
  type TrainingPass,
  type TrainingPassOptions,
  type TruncationStrategy,
} from '@polyhead/types';
import type { EncoderFolder } from '../encoder-folder.ts';
import { tokenizeInputs } from './tokenize-inputs.ts';
import { readEncoderState, writeEncoderState } from './encoder-state.ts';
import { countSharedBytes } from './shared-memory.ts';
import { createTrainingMemory, type TrainingMemory } from './training-memory.ts';
import { planMemory, type MemoryPlan } from './memory-plan.ts';
import type { ParameterLayout } from './parameter-layout.ts';
import { planMicroBatches, type MicroBatch } from './micro-batches.ts';
import type { LoadTrainableEncoderOptions } from './trainable-options.ts';
import type { TrainingGraphs, WordTable } from './training-graphs.ts';
import { createTrainingTeam, type TrainingTeam } from './training-team.ts';
import { catchUpTable, prepareTableRows } from './table-work.ts';
import type { TableSettings, TokenRow } from './worker/messages.ts';
import { mergeAdapters, writeAdapters, type TrainedAdapters } from './trained-adapters.ts';
import type { NamedParameters } from '../write-weights.ts';
import { writeEncoderFolder } from './write-encoder-folder.ts';

/** What a trainable encoder is made of. */
export interface TrainableEncoderParts {
  readonly folder: EncoderFolder;
  readonly graphs: TrainingGraphs;
  readonly optimizer: OptimizerSettings;
  /** Bytes that training may take. */
  readonly memoryBudget: number;
  /** Undefined if the weights themselves are trained. */
  readonly adapters?: TrainedAdapters | undefined;
  /** Which text of a pair is cut. @default 'longest-first' */
  readonly truncation?: TruncationStrategy | undefined;
  /** Writes the folder of `saveEncoder`. @default an encoder's folder */
  readonly write?: ((directory: string, parameters: NamedParameters) => Promise<void>) | undefined;
}

/** A trainable encoder that was loaded from a model folder. */
export interface LoadedTrainableEncoder extends TrainableEncoder {
  /**
   * Writes the low-rank adapters alone, in the form of the PEFT library.
   * @throws {PolyheadError} INVALID_ARGUMENT if it has none; FILE_NOT_WRITABLE, DISK_FULL
   */
  saveAdapters(directory: string): Promise<void>;
}

const defaultMicroBatchTokens = 512;

/** @throws {PolyheadError} MEMORY_TOO_SMALL, WORKER_FAILED, INVALID_ARGUMENT */
export async function createTrainableEncoder(
  parts: TrainableEncoderParts,
  options: LoadTrainableEncoderOptions,
): Promise<LoadedTrainableEncoder> {
  const { folder, graphs, optimizer, memoryBudget, adapters, truncation } = parts;
  const workers = assertCount('threads', options.threads ?? availableParallelism());
  const memory = createTrainingMemory(graphs, { optimizer, workers });
  const plan = planMemory({
    budget: memoryBudget,
    workers,
    layout: graphs.layout,
    sharedBytes: countSharedBytes(memory.shared),
    memory: graphs.memory,
    microBatchTokens: assertCount('microBatchTokens', options.microBatchTokens ?? defaultMicroBatchTokens),
    maximumLength: folder.description.maximumLength,
  });
  const { dimension } = folder.description;
  const team = await createTrainingTeam(
    Array.from({ length: workers }, (_, worker) => ({
      worker,
      workers,
      models: graphs.models,
      layout: graphs.layout,
      memory: memory.shared,
      table: toTableSettings(graphs.table, options.lazyEmbeddings ?? false),
      optimizer,
      savedValues: graphs.savedValues,
      dropoutMasks: graphs.dropoutMasks,
      padId: folder.tokenizer.padId,
      dimension,
    })),
  );
  // The parameters as they were are not kept: `memory` has them.
  const table = graphs.table === undefined ? undefined : toTableShape(graphs.table);
  const write =
    parts.write ?? ((directory, parameters): Promise<void> => writeEncoderFolder(directory, folder, parameters));
  return createEncoderOver({
    ...{ folder, layout: graphs.layout, table, adapters, team, memory, plan, truncation, write },
  });
}

/** The table without its values. */
export type TableShape = Omit<WordTable, 'values'>;

function toTableShape({ parameter, wordRowsName, width, trained, learningRateScale }: WordTable): TableShape {
  return { parameter, wordRowsName, width, trained, learningRateScale };
}

function toTableSettings(table: WordTable | undefined, lazy: boolean): TableSettings | undefined {
  if (table === undefined) return undefined;
  const { parameter, wordRowsName, width, trained, learningRateScale } = table;
  return { name: parameter.name, wordRowsName, width, trained, learningRateScale, lazy };
}

function assertCount(name: string, count: number): number {
  if (Number.isInteger(count) && count > 0) return count;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${name} is ${count}, but must be a whole number of at least 1.`,
    details: { [name]: count },
  });
}

interface EncoderContext {
  readonly folder: EncoderFolder;
  readonly layout: ParameterLayout;
  readonly table: TableShape | undefined;
  readonly adapters: TrainedAdapters | undefined;
  readonly team: TrainingTeam;
  readonly memory: TrainingMemory;
  readonly plan: MemoryPlan;
  readonly truncation: TruncationStrategy | undefined;
  readonly write: (directory: string, parameters: NamedParameters) => Promise<void>;
}

function createEncoderOver(context: EncoderContext): LoadedTrainableEncoder {
  const { folder, layout, table, adapters, team, memory, truncation } = context;
  let learningRates: number[] = [];
  let nextKey = 0;
  /** Whether the gradients of this step were summed over the workers, to which nothing can be added. */
  let summed = false;
  const assertOpen = (): void => {
    if (summed) throw alreadySummed();
  };
  const parameters = [
    ...(table?.trained === true ? [table.parameter] : []),
    ...layout.parameters
      .filter(({ trained }) => trained)
      .map(({ name, shape, role, layer }) => ({ name, shape, role, layer })),
  ];
  return {
    description: folder.description,
    parameters,
    get updates() {
      return learningRates.length;
    },
    tokenize: (texts, tokenizeOptions = {}) => tokenizeInputs(folder, texts, { ...tokenizeOptions, truncation }),

    async forward(texts, passOptions) {
      const batches = planMicroBatches(lengthsOf(texts), {
        workers: team.size,
        maximumTokens: context.plan.microBatchTokens,
      });
      const firstKey = nextKey;
      nextKey += batches.length;
      const pass = await runForward(context, { texts, batches, firstKey }, passOptions);
      return {
        ...pass,
        async backward(gradient) {
          assertOpen();
          await pass.backward(gradient);
        },
      };
    },

    async encode(texts, encodeOptions = {}) {
      const batches = planMicroBatches(lengthsOf(texts), {
        workers: team.size,
        maximumTokens: context.plan.microBatchTokens,
      });
      await prepareTableRows(team, idsOf(texts));
      let done = 0;
      const embeddings = await gatherEmbeddings(context, { texts, batches }, async ({ rows, worker }) => {
        assertNotAborted(encodeOptions.signal);
        const answer = await team.ask(worker, 'encode', { rows: rows.map((row) => toTokenRow(texts, row)) });
        done += rows.length;
        encodeOptions.onProgress?.({ phase: 'encoding', done, total: texts.length, unit: 'texts' });
        return answer;
      });
      return embeddings;
    },

    async sumGradients() {
      assertOpen();
      summed = true;
      const tables = await team.askAll('complete', undefined);
      const sums = await team.askAll('sum', { table: tables.flat() });
      return sums.reduce((total, squares) => total + squares, 0);
    },

    async update(update) {
      const count = learningRates.length + 1;
      await team.askAll('update', { update, count });
      await team.askAll('refresh', undefined);
      learningRates.push(update.learningRate);
      summed = false;
    },

    async discardGradients() {
      await team.askAll('clear', undefined);
      summed = false;
    },

    async saveState(path) {
      await writeEncoderState(path, memory.state, learningRates);
    },

    async loadState(path) {
      learningRates = await readEncoderState(path, memory.state);
      await team.askAll('resume', { learningRates });
      await team.askAll('refresh', undefined);
      await team.askAll('clear', undefined);
      summed = false;
    },

    async saveEncoder(directory) {
      await catchUpTable(team, table);
      await context.write(directory, mergeAdapters(memory.parameters, adapters));
    },

    saveAdapters: (directory) => writeAdapters(directory, folder, { parameters: memory.parameters, adapters }),

    release: () => team.release(),
  };
}

function alreadySummed(): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', {
    message: 'The gradients of this step were summed already.',
    remedy: 'Call update or discardGradients before further gradients.',
  });
}

interface ForwardInput {
  readonly texts: readonly Encoding[];
  readonly batches: readonly MicroBatch[];
  readonly firstKey: number;
}

async function runForward(
  context: EncoderContext,
  { texts, batches, firstKey }: ForwardInput,
  options: TrainingPassOptions,
): Promise<TrainingPass> {
  const { team, plan, folder } = context;
  const { dimension } = folder.description;
  await prepareTableRows(team, idsOf(texts));
  const { keep, makeRoom } = plan.choose(batches);
  if (makeRoom) await team.askAll('makeRoom', undefined);
  const started = new Set<number>();
  const discard = (): void => {
    for (const index of started) {
      // A worker that is gone has nothing left to free.
      team.ask(batches[index]?.worker ?? 0, 'discard', { key: firstKey + index }).catch(() => undefined);
    }
    started.clear();
  };
  let embeddings: Matrix;
  try {
    embeddings = await gatherEmbeddings(context, { texts, batches }, async ({ rows, worker }, index) => {
      assertNotAborted(options.signal);
      const answer = await team.ask(worker, 'forward', {
        key: firstKey + index,
        rows: rows.map((row) => toTokenRow(texts, row)),
        keep,
        dropout: { seed: options.dropoutSeed, places: rows },
      });
      started.add(index);
      return answer;
    });
  } catch (error) {
    discard();
    throw error;
  }
  return {
    embeddings,
    discard,
    async backward(gradient) {
      assertGradient(gradient, texts.length * dimension);
      try {
        await forEachOnItsWorker(team.size, batches, async ({ rows, worker }, index) => {
          assertNotAborted(options.signal);
          started.delete(index);
          await team.ask(worker, 'backward', {
            key: firstKey + index,
            gradient: takeRows(gradient, rows, dimension),
          });
        });
      } catch (error) {
        discard();
        throw error;
      }
    },
  };
}

function assertGradient(gradient: Float32Array, expected: number): void {
  if (gradient.length === expected) return;
  throw new PolyheadError('SHAPE_MISMATCH', {
    message: `The gradient of the embeddings has ${gradient.length} numbers, but the embeddings have ${expected}.`,
    details: { expected, found: gradient.length },
  });
}

/** Does the work of each worker's micro-batches one after the other, those of different workers side by side. */
async function forEachOnItsWorker(
  workers: number,
  batches: readonly MicroBatch[],
  work: (batch: MicroBatch, index: number) => Promise<void>,
): Promise<void> {
  let failed = false;
  const lanes = Array.from({ length: workers }, async (_, worker) => {
    for (const [index, batch] of batches.entries()) {
      if (batch.worker !== worker || failed) continue;
      try {
        await work(batch, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  });
  const results = await Promise.allSettled(lanes);
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
}

async function gatherEmbeddings(
  { team, folder }: EncoderContext,
  { texts, batches }: { readonly texts: readonly Encoding[]; readonly batches: readonly MicroBatch[] },
  run: (batch: MicroBatch, index: number) => Promise<Float32Array>,
): Promise<Matrix> {
  const { dimension } = folder.description;
  const data = new Float32Array(texts.length * dimension);
  await forEachOnItsWorker(team.size, batches, async (batch, index) => {
    const answer = await run(batch, index);
    batch.rows.forEach((row, place) => {
      data.set(answer.subarray(place * dimension, (place + 1) * dimension), row * dimension);
    });
  });
  return { data, rows: texts.length, columns: dimension };
}

function takeRows(matrix: Float32Array, rows: readonly number[], columns: number): Float32Array {
  const taken = new Float32Array(rows.length * columns);
  rows.forEach((row, place) => {
    taken.set(matrix.subarray(row * columns, (row + 1) * columns), place * columns);
  });
  return taken;
}

function lengthsOf(texts: readonly Encoding[]): number[] {
  return texts.map(({ ids }) => ids.length);
}

function toTokenRow(texts: readonly Encoding[], row: number): TokenRow {
  const text = texts[row];
  return { ids: text?.ids ?? new Int32Array(0), typeIds: text?.typeIds ?? new Uint8Array(0) };
}

function idsOf(texts: readonly Encoding[]): Int32Array {
  const distinct = new Set<number>();
  for (const { ids } of texts) for (const id of ids) distinct.add(id);
  return Int32Array.from(distinct);
}
