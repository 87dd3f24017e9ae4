import { Worker } from 'node:worker_threads';
import { PolyheadError, type Logger, type Tensor } from '@polyhead/types';
import { createNativeWorkFlags, guardNativeWork } from './native-work.ts';
import { assertFeeds, resolveRequestedOutputs, type RequestedOutputs } from './run-arguments.ts';
import { createRunQueue, createWorkerError, type RunResults } from './run-queue.ts';
import { createReleasedError } from './session-error.ts';
import type { ExecutionProvider, Session } from './session.ts';
import { resolveWorkerEntry } from './worker-entry.ts';
import {
  fromErrorMessage,
  type ModelSource,
  type WorkerReply,
  type WorkerRequest,
  type WorkerStart,
} from './worker-messages.ts';

type ReadyReply = Extract<WorkerReply, { kind: 'ready' }>;

/** How a session in a worker thread is opened. */
export interface OpenWorkerSessionOptions {
  readonly provider: ExecutionProvider | undefined;
  /** Threads that one operator may use. */
  readonly threads: number;
  readonly logger: Logger | undefined;
}

/** A session, and the source that it was loaded from, for the next one. */
export interface WorkerSession {
  readonly session: Session;
  readonly source: ModelSource;
}

/**
 * Loads a model in a worker thread of its own, so that the calling thread's event loop stays free while it runs. Feeds
 * are copied to the worker, results are moved back. The bytes of a model are moved to the worker and, once it is loaded,
 * back again. An idle worker does not keep the process alive.
 * @throws {PolyheadError} SESSION_FAILED, FILE_NOT_FOUND, INVALID_ARGUMENT, WORKER_FAILED
 */
export async function openWorkerSession(
  source: ModelSource,
  options: OpenWorkerSessionOptions,
): Promise<WorkerSession> {
  const worker = startWorker(options);
  const ready = waitUntilReady(worker, options.logger);
  worker.postMessage(
    { kind: 'load', source } satisfies WorkerRequest,
    typeof source === 'string' ? [] : [source.buffer],
  );
  const reply = await ready;
  return { session: createSessionOver(worker, reply), source: reply.source };
}

function startWorker({ provider, threads }: OpenWorkerSessionOptions): Worker {
  const entry = resolveWorkerEntry(import.meta.url, 'session-worker');
  const flags = createNativeWorkFlags();
  const worker = new Worker(entry.url, {
    workerData: { provider, threads, flags } satisfies WorkerStart,
    ...(entry.execArgv === undefined ? {} : { execArgv: entry.execArgv }),
  });
  worker.once('exit', guardNativeWork(flags));
  return worker;
}

function waitUntilReady(worker: Worker, logger: Logger | undefined): Promise<ReadyReply> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      worker.off('message', onMessage).off('error', onFailure).off('exit', onFailure);
      settle();
    };
    const onFailure = (cause: unknown): void => {
      finish(() => {
        reject(createWorkerError(cause));
      });
    };
    const onMessage = (reply: WorkerReply): void => {
      if (reply.kind === 'warning') logger?.warn(reply.message);
      if (reply.kind === 'ready') {
        finish(() => {
          resolve(reply);
        });
      }
      if (reply.kind === 'refused') {
        finish(() => {
          reject(fromErrorMessage(reply.error));
        });
      }
    };
    worker.on('message', onMessage).on('error', onFailure).on('exit', onFailure);
  });
}

function createSessionOver(worker: Worker, { inputs, outputs, provider }: ReadyReply): Session {
  const runs = createRunQueue(worker);
  let releasing: Promise<void> | undefined;
  return {
    inputs,
    outputs,
    provider,
    concurrency: 1,
    async run(feeds, fetches) {
      if (releasing !== undefined) throw createReleasedError();
      assertFeeds(inputs, feeds);
      const requested = resolveRequestedOutputs(outputs, fetches);
      return fillRequested(requested, await runs.add(feeds, requested.names));
    },
    release() {
      releasing ??= runs.end();
      return releasing;
    },
  };
}

function fillRequested({ names, tensors }: RequestedOutputs, results: RunResults): Record<string, Tensor> {
  if (tensors === undefined) return { ...results };
  return Object.fromEntries(names.map((name) => [name, fillTensor(name, tensors[name], results[name])]));
}

function fillTensor(name: string, target: Tensor | undefined, result: Tensor | undefined): Tensor {
  const wanted = target?.shape.join(', ');
  const produced = result?.shape.join(', ');
  if (target === undefined || result === undefined || wanted !== produced) {
    throw new PolyheadError('SESSION_FAILED', {
      message: `The tensor given for the output "${name}" has the shape [${wanted ?? ''}], but this run produced [${produced ?? ''}].`,
      details: { name },
    });
  }
  bytesOf(target).set(bytesOf(result));
  return target;
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
