import { Worker } from 'node:worker_threads';
import { PolyheadError, type Tensor } from '@polyhead/types';
import { resolveThreads } from './create-session.ts';
import { assertProvider } from './providers.ts';
import { assertFeeds, resolveRequestedOutputs, type RequestedOutputs } from './run-arguments.ts';
import { createReleasedError } from './session-error.ts';
import type { Session, WorkerSessionOptions } from './session.ts';
import { createRunQueue, createWorkerError, type RunResults } from './run-queue.ts';
import { resolveWorkerEntry } from './worker-entry.ts';
import { fromErrorMessage, type WorkerReply, type WorkerStart } from './worker-messages.ts';

type ReadyReply = Extract<WorkerReply, { kind: 'ready' }>;
/**
 * Loads a model in a worker thread of its own, so that the calling thread's event loop stays free while it runs. Feeds
 * are copied to the worker, results are moved back. An idle worker does not keep the process alive.
 * @param source the bytes of an ONNX file, or the path of one
 * @throws {PolyheadError} SESSION_FAILED, FILE_NOT_FOUND, INVALID_ARGUMENT, WORKER_FAILED
 */
export async function createWorkerSession(
  source: Uint8Array | string,
  options: WorkerSessionOptions = {},
): Promise<Session> {
  assertProvider(options.provider ?? 'cpu');
  resolveThreads(options.threads);
  const worker = startWorker(source, options);
  const ready = await waitUntilReady(worker, options);
  return createSessionOver(worker, ready);
}

function startWorker(source: Uint8Array | string, options: WorkerSessionOptions): Worker {
  const entry = resolveWorkerEntry(import.meta.url, 'session-worker');
  const message = typeof source === 'string' ? source : toMovableBytes(source, options.transferSource === true);
  const workerData: WorkerStart = { source: message, provider: options.provider, threads: options.threads };
  return new Worker(entry.url, {
    workerData,
    transferList: typeof message === 'string' ? [] : [message.buffer],
    ...(entry.execArgv === undefined ? {} : { execArgv: entry.execArgv }),
  });
}

/** Bytes that own their whole buffer, so that it can be moved to another thread: the caller's own, or a copy. */
function toMovableBytes(source: Uint8Array, takeSource: boolean): Uint8Array<ArrayBuffer> {
  const isWhole = source.byteLength === source.buffer.byteLength;
  return takeSource && isWhole && isOverArrayBuffer(source) ? source : new Uint8Array(source);
}

function isOverArrayBuffer(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

function waitUntilReady(worker: Worker, { logger }: WorkerSessionOptions): Promise<ReadyReply> {
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
