import { createParameterKernels, type ParameterKernels } from '@polyhead/numerics';
import { createSession, type NamedTensors, type Session } from '@polyhead/runtime';
import { PolyheadError, type ParameterUpdate, type Tensor } from '@polyhead/types';
import { isDecayed, ownedRange, sliceByParameter, type ParameterSlice } from '../parameter-layout.ts';
import { attachSharedMemory, type SharedView } from '../shared-memory.ts';
import { sumSquares, sumTableGradients } from '../table-gradients.ts';
import { createBufferPool } from './buffer-pool.ts';
import { fillDropoutMasks } from './dropout-masks.ts';
import { createTableTrainer } from './table-trainer.ts';
import type {
  DropoutChoice,
  TableGradient,
  TrainingModels,
  TrainingRequests,
  TrainingWorkerStart,
} from './messages.ts';
import { createMicroBatchFeeds, selectInputs, type MicroBatchFeeds } from './micro-batch-feeds.ts';
import { allocateTensors, type PooledTensors } from './pooled-tensors.ts';
import { createWorkerGradients } from './worker-gradients.ts';

/** Answers the requests of the training team, one after the other. */
export type TrainingCore = {
  readonly [Kind in keyof TrainingRequests]: (
    request: TrainingRequests[Kind]['arguments'],
  ) => Promise<TrainingRequests[Kind]['answer']> | TrainingRequests[Kind]['answer'];
} & { release(): Promise<void> };

/** A micro-batch between its forward and its backward pass. */
interface PendingMicroBatch {
  readonly feeds: MicroBatchFeeds;
  readonly lengths: readonly number[];
  readonly dropout: DropoutChoice;
  /** Undefined if it is to be computed again. */
  readonly saved: PooledTensors | undefined;
}

const outputName = 'sentence_embedding';
const gradientPrefix = 'gradient:';
const outputGradient = `${gradientPrefix}${outputName}`;

const noTableGradient: TableGradient = { ids: new Int32Array(0), values: new Float32Array(0) };

/** One worker's share of training: its sessions, its copy of the parameters, its gradients. */
export function createTrainingCore(start: TrainingWorkerStart): TrainingCore {
  const { layout, dimension } = start;
  const kernels = createParameterKernels();
  const pool = createBufferPool();
  const savedShapesKnown = start.savedValues.every(({ shape }) => shape !== undefined);
  const sessions = createSessionsOnUse(start, savedShapesKnown);
  const view = attachSharedMemory(start.memory);
  const owned = ownedRange(layout, start.worker, start.workers);
  const ownedSlices = sliceByParameter(layout, owned);
  const parameters = new Float32Array(layout.totalLength);
  parameters.set(view.parameters);
  const parameterFeeds = createParameterFeeds(start, parameters);
  const gradients = createWorkerGradients(layout, view.gradients[start.worker] ?? new Float32Array(0), kernels);
  const pending = new Map<number, PendingMicroBatch>();
  let tableSum = noTableGradient;
  const tableTrainer = createTableTrainer(start, view);
  const feedOptions = {
    padId: start.padId,
    table: start.table === undefined ? undefined : { ...start.table, values: view.table },
  };

  /** Masks are made again for the backward pass, which takes less than keeping them. */
  const makeMasks = ({ feeds: { sizes }, lengths, dropout }: Omit<PendingMicroBatch, 'saved'>): PooledTensors => {
    const masks = allocateTensors(start.dropoutMasks, sizes, pool);
    const targets = start.dropoutMasks.map(({ name }) => takeFloats(masks.tensors, name));
    fillDropoutMasks({ sites: start.dropoutMasks, targets }, { lengths, sequence: sizes.sequence }, dropout);
    return masks;
  };

  const takePending = (key: number): PendingMicroBatch => {
    const found = pending.get(key);
    pending.delete(key);
    if (found !== undefined) return found;
    throw new PolyheadError('INTERNAL', { message: `There is no micro-batch ${key} to go backward through.` });
  };

  return {
    async encode({ rows }) {
      const feeds = createMicroBatchFeeds(rows, feedOptions);
      const session = await sessions.evaluation();
      const results = await session.run(selectInputs(session.inputs, [feeds.tensors, parameterFeeds]), [outputName]);
      return takeFloats(results, outputName);
    },

    async forward({ key, rows, keep, dropout }) {
      const feeds = createMicroBatchFeeds(rows, feedOptions);
      const microBatch = { feeds, lengths: rows.map(({ ids }) => ids.length), dropout };
      const session = await (keep ? sessions.forward() : sessions.unsavedForward());
      const masks = makeMasks(microBatch);
      const saved = keep && savedShapesKnown ? allocateTensors(start.savedValues, feeds.sizes, pool) : undefined;
      try {
        const inputs = selectInputs(session.inputs, [feeds.tensors, masks.tensors, parameterFeeds]);
        const embeddings = new Float32Array(rows.length * dimension);
        const output: Tensor = { dataType: 'float32', shape: [rows.length, dimension], data: embeddings };
        // Tensors that are given are filled in place; without their shapes the runtime has to make them.
        const names = keep ? start.savedValues.map(({ name }) => name) : [];
        const known = keep ? saved?.tensors : {};
        const results = await session.run(
          inputs,
          known === undefined ? [outputName, ...names] : { ...known, [outputName]: output },
        );
        const kept = keep ? (saved ?? { tensors: results, free: () => undefined }) : undefined;
        pending.set(key, { ...microBatch, saved: kept });
        return takeFloats(results, outputName);
      } catch (error) {
        saved?.free();
        throw error;
      } finally {
        masks.free();
      }
    },

    async backward({ key, gradient }) {
      const microBatch = takePending(key);
      const { feeds, saved } = microBatch;
      const session = await (saved === undefined ? sessions.joint() : sessions.backward());
      const masks = makeMasks(microBatch);
      const seed: Tensor = { dataType: 'float32', shape: [gradient.length / dimension, dimension], data: gradient };
      const sources = [{ [outputGradient]: seed }, saved?.tensors ?? {}, masks.tensors, feeds.tensors, parameterFeeds];
      const { fetches, table } = createGradientFetches(session, feeds, { start, targets: gradients.targets });
      try {
        if (Object.keys(fetches).length > 0) await session.run(selectInputs(session.inputs, sources), fetches);
      } finally {
        saved?.free();
        masks.free();
      }
      gradients.add(table === undefined ? undefined : toShared(table));
    },

    async makeRoom() {
      await sessions.close(['forward', 'backward']);
      pool.clear();
      return undefined;
    },

    discard({ key }) {
      takePending(key).saved?.free();
      return undefined;
    },

    complete: () => gradients.complete(),

    sum({ table }) {
      tableSum = sumTableGradients(table, { ...start, width: start.table?.width ?? 0 });
      const [first, ...others] = view.gradients.map((array) => array.subarray(owned.start, owned.end));
      const squares = first === undefined ? 0 : kernels.sumInto(first, others);
      return squares + sumSquares(tableSum.values);
    },

    update({ update, count }) {
      for (const slice of ownedSlices) moveParameters({ start, slice, update, count, view, kernels });
      // It hears of every update, even with no row to move.
      tableTrainer.update(tableSum, update);
      tableSum = noTableGradient;
      gradients.clear();
      return undefined;
    },

    refresh() {
      parameters.set(view.parameters.subarray(0, layout.trainedLength));
      return undefined;
    },

    prepareRows({ ids }) {
      tableTrainer.prepareRows(ids);
      return undefined;
    },

    catchUp({ first, end }) {
      tableTrainer.catchUp(first, end);
      return undefined;
    },

    resume({ learningRates }) {
      tableTrainer.resume(learningRates);
      return undefined;
    },

    clear() {
      tableSum = noTableGradient;
      gradients.clear();
      return undefined;
    },

    async release() {
      await sessions.release();
    },
  };
}

/** The tensors that a backward pass fills: the gradients of parameters in their places, that of the table's rows anew. */
function createGradientFetches(
  session: Session,
  { ids }: MicroBatchFeeds,
  { start, targets }: { readonly start: TrainingWorkerStart; readonly targets: NamedTensors },
): { readonly fetches: NamedTensors; readonly table: TableGradient | undefined } {
  const fetches: Record<string, Tensor> = {};
  let table: TableGradient | undefined;
  for (const { name } of session.outputs) {
    const parameter = name.slice(gradientPrefix.length);
    const target = targets[parameter];
    if (target !== undefined) fetches[name] = target;
    if (parameter === start.table?.name) {
      const { width } = start.table;
      table = { ids, values: new Float32Array(ids.length * width) };
      fetches[name] = { dataType: 'float32', shape: [ids.length, width], data: table.values };
    }
  }
  return { fetches, table };
}

interface Movement {
  readonly start: TrainingWorkerStart;
  readonly slice: ParameterSlice;
  readonly update: ParameterUpdate;
  readonly count: number;
  readonly view: SharedView;
  readonly kernels: ParameterKernels;
}

/** The gradients of all workers were summed into the first one's. */
function moveParameters({ start, slice, update, count, view, kernels }: Movement): void {
  const { optimizer } = start;
  const part = (array: Float32Array): Float32Array => array.subarray(slice.start, slice.end);
  const common = {
    learningRate: update.learningRate * slice.parameter.learningRateScale,
    weightDecay: isDecayed(slice.parameter) ? optimizer.weightDecay : 0,
    gradientScale: update.gradientScale,
  };
  const values = { parameters: part(view.parameters), gradients: part(view.gradients[0] ?? new Float32Array(0)) };
  if (optimizer.kind === 'adamw') {
    const { beta1, beta2, epsilon } = optimizer;
    const moments = { firstMoments: part(view.firstMoments), secondMoments: part(view.secondMoments) };
    kernels.adamW({ ...values, ...moments }, { ...common, beta1, beta2, epsilon, updates: count });
  } else {
    const { momentum } = optimizer;
    kernels.sgd({ ...values, velocities: part(view.firstMoments) }, { ...common, momentum, isFirst: count === 1 });
  }
}

/** A tensor over its part of the worker's copy for every parameter. */
function createParameterFeeds({ layout }: TrainingWorkerStart, values: Float32Array<ArrayBuffer>): NamedTensors {
  return Object.fromEntries(
    layout.parameters.map(({ name, shape, offset, length }): [string, Tensor] => [
      name,
      { dataType: 'float32', shape, data: values.subarray(offset, offset + length) },
    ]),
  );
}

/** ONNX Runtime cannot write into shared memory, but what lies there is not copied again on its way to other threads. */
function toShared({ ids, values }: TableGradient): TableGradient {
  const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return { ids, values: shared };
}

interface TrainingSessions {
  evaluation(): Promise<Session>;
  forward(): Promise<Session>;
  unsavedForward(): Promise<Session>;
  backward(): Promise<Session>;
  joint(): Promise<Session>;
  /** Releases some; they are made again when they are used again. */
  close(names: readonly (keyof TrainingModels)[]): Promise<void>;
  release(): Promise<void>;
}

/** Sessions of one thread each, made when they are first used: many a job never computes anything again. */
function createSessionsOnUse({ models }: TrainingWorkerStart, savedShapesKnown: boolean): TrainingSessions {
  const opened = new Map<keyof TrainingModels, Promise<Session>>();
  const open = (name: keyof TrainingModels): Promise<Session> => {
    const fillsOutputs = name !== 'evaluation' && (name !== 'forward' || savedShapesKnown);
    const session = opened.get(name) ?? createSession(models[name], { threads: 1, fillsOutputs });
    opened.set(name, session);
    return session;
  };
  const close = async (names: readonly (keyof TrainingModels)[]): Promise<void> => {
    const closed = names.map((name) => opened.get(name)).filter((session) => session !== undefined);
    for (const name of names) opened.delete(name);
    // A session that could not be made has been told of by the request that wanted it.
    for (const result of await Promise.allSettled(closed)) {
      if (result.status === 'fulfilled') await result.value.release();
    }
  };
  return {
    evaluation: () => open('evaluation'),
    forward: () => open('forward'),
    unsavedForward: () => open('unsavedForward'),
    backward: () => open('backward'),
    joint: () => open('joint'),
    close,
    release: () => close([...opened.keys()]),
  };
}

function takeFloats(results: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const tensor = results[name];
  if (tensor?.dataType === 'float32') return tensor.data;
  throw new PolyheadError('INTERNAL', { message: `The training graph gave no float32 tensor "${name}".` });
}
