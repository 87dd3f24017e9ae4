import { createParameterKernels, fillDropoutMask, type ParameterKernels } from '@polyhead/numerics';
import { createSession, type NamedTensors, type Session } from '@polyhead/runtime';
import { PolyheadError, type ParameterUpdate, type Tensor } from '@polyhead/types';
import { isDecayed, ownedRange, sliceByParameter, type ParameterSlice } from '../parameter-layout.ts';
import { attachSharedMemory, type SharedView } from '../shared-memory.ts';
import { evaluateShape, type BatchSizes } from '../shape-formula.ts';
import { createBufferPool } from './buffer-pool.ts';
import { createTableTrainer } from './table-trainer.ts';
import type { TableGradient, TrainingRequests, TrainingWorkerStart } from './messages.ts';
import { createMicroBatchFeeds, selectInputs, type MicroBatchFeeds } from './micro-batch-feeds.ts';
import { allocateSavedTensors, type PooledTensors } from './saved-tensors.ts';
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
  readonly dropout: { readonly seed: number; readonly stream: number };
  /** Undefined if it is to be computed again. */
  readonly saved: PooledTensors | undefined;
}

const outputName = 'sentence_embedding';
const outputGradient = `gradient:${outputName}`;

/** One worker's share of training: its sessions, its copy of the parameters, its gradients. */
export function createTrainingCore(start: TrainingWorkerStart): TrainingCore {
  const { layout, dimension } = start;
  const kernels = createParameterKernels();
  const pool = createBufferPool();
  const sessions = createSessionsOnUse(start);
  const view = attachSharedMemory(start.memory);
  const owned = ownedRange(layout, start.worker, start.workers);
  const ownedSlices = sliceByParameter(layout, owned);
  const parameters = new Float32Array(layout.totalLength);
  parameters.set(view.parameters);
  const parameterFeeds = createParameterFeeds(start, parameters);
  const gradients = createWorkerGradients(layout, view.gradients[start.worker] ?? new Float32Array(0), kernels);
  const pending = new Map<number, PendingMicroBatch>();
  const tableTrainer = createTableTrainer(start, view);
  const feedOptions = {
    padId: start.padId,
    table: start.table === undefined ? undefined : { ...start.table, values: view.table },
  };

  const maskFeeds = (sizes: BatchSizes, dropout: PendingMicroBatch['dropout']): NamedTensors =>
    Object.fromEntries(
      start.dropoutMasks.map(({ name, probability, shape }, site): [string, Tensor] => {
        const maskShape = evaluateShape(shape, sizes);
        const data = new Float32Array(maskShape.reduce((product, size) => product * size, 1));
        // Every place of every micro-batch has a stream of its own.
        const stream = dropout.stream * start.dropoutMasks.length + site;
        fillDropoutMask(data, { seed: dropout.seed, stream, probability });
        return [name, { dataType: 'float32', shape: maskShape, data }];
      }),
    );

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

    async forward({ key, rows, keep, dropoutSeed, dropoutStream }) {
      const feeds = createMicroBatchFeeds(rows, feedOptions);
      const dropout = { seed: dropoutSeed, stream: dropoutStream };
      const session = await sessions.forward();
      const masks = maskFeeds(feeds.sizes, dropout);
      const inputs = selectInputs(session.inputs, [feeds.tensors, masks, parameterFeeds]);
      if (!keep) {
        const results = await session.run(inputs, [outputName]);
        pending.set(key, { feeds, dropout, saved: undefined });
        return takeFloats(results, outputName);
      }
      const allocated = allocateSavedTensors(start.savedValues, feeds.sizes, pool);
      const names = start.savedValues.map(({ name }) => name);
      const embeddings = new Float32Array(rows.length * dimension);
      const fetches =
        allocated === undefined
          ? [outputName, ...names]
          : {
              ...allocated.tensors,
              [outputName]: { dataType: 'float32' as const, shape: [rows.length, dimension], data: embeddings },
            };
      const results = await session.run(inputs, fetches);
      const saved = allocated ?? { tensors: results, free: () => undefined };
      pending.set(key, { feeds, dropout, saved: { ...saved, tensors: { ...masks, ...saved.tensors } } });
      return takeFloats(results, outputName);
    },

    async backward({ key, gradient }) {
      const { feeds, dropout, saved } = takePending(key);
      const session = await (saved === undefined ? sessions.joint() : sessions.backward());
      const kept = saved?.tensors ?? maskFeeds(feeds.sizes, dropout);
      const seed: Tensor = { dataType: 'float32', shape: [gradient.length / dimension, dimension], data: gradient };
      const inputs = selectInputs(session.inputs, [{ [outputGradient]: seed }, kept, feeds.tensors, parameterFeeds]);
      const fetches: Record<string, Tensor> = {};
      let table: TableGradient | undefined;
      for (const { name } of session.outputs) {
        const parameter = name.slice('gradient:'.length);
        if (parameter === start.table?.name) {
          table = { ids: feeds.ids, values: new Float32Array(feeds.ids.length * start.table.width) };
          fetches[name] = {
            dataType: 'float32',
            shape: [feeds.ids.length, start.table.width],
            data: table.values,
          };
        } else {
          const target = gradients.targets[parameter];
          if (target !== undefined) fetches[name] = target;
        }
      }
      try {
        if (Object.keys(fetches).length > 0) await session.run(inputs, fetches);
      } finally {
        saved?.free();
      }
      gradients.add(table);
    },

    discard({ key }) {
      takePending(key).saved?.free();
      return undefined;
    },

    complete: () => gradients.complete(),

    sum() {
      const [first, ...others] = view.gradients.map((array) => array.subarray(owned.start, owned.end));
      return first === undefined ? 0 : kernels.sumInto(first, others);
    },

    update({ update, count, table }) {
      for (const slice of ownedSlices) moveParameters({ start, slice, update, count, view, kernels });
      tableTrainer.update(table, update);
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

    resume({ updates }) {
      tableTrainer.resume(updates);
      return undefined;
    },

    clear() {
      gradients.clear();
      return undefined;
    },

    async release() {
      await sessions.release();
    },
  };
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

interface TrainingSessions {
  evaluation(): Promise<Session>;
  forward(): Promise<Session>;
  backward(): Promise<Session>;
  joint(): Promise<Session>;
  release(): Promise<void>;
}

/** Sessions of one thread each, made when they are first used: many a job never computes anything again. */
function createSessionsOnUse({ models }: TrainingWorkerStart): TrainingSessions {
  const opened = new Map<keyof typeof models, Promise<Session>>();
  const open = (name: keyof typeof models): Promise<Session> => {
    const session = opened.get(name) ?? createSession(models[name], { threads: 1 });
    opened.set(name, session);
    return session;
  };
  return {
    evaluation: () => open('evaluation'),
    forward: () => open('forward'),
    backward: () => open('backward'),
    joint: () => open('joint'),
    async release() {
      for (const session of opened.values()) await (await session).release();
    },
  };
}

function takeFloats(results: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const tensor = results[name];
  if (tensor?.dataType === 'float32') return tensor.data;
  throw new PolyheadError('INTERNAL', { message: `The training graph gave no float32 tensor "${name}".` });
}
