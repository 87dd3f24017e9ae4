import { Worker } from 'node:worker_threads';
import type { WorkerEntry } from '@polyhead/runtime';
import { PolyheadError, type Logger, type Prediction } from '@polyhead/types';
import type { ModelDescription } from './model-description.ts';
import { fromErrorMessage, type WorkerReply, type WorkerRequest, type WorkerStart } from './worker-messages.ts';

/** A thread that has, or will have, the model. */
export interface WorkerThread {
  /** Rejects if the model cannot be loaded: with the reason, or WORKER_FAILED if the thread died. */
  readonly started: Promise<ModelDescription>;
  /** Resolves when the thread has ended, whatever the reason. */
  readonly ended: Promise<PolyheadError>;
  /**
   * Classifies; one call at a time.
   * @throws {PolyheadError} WORKER_FAILED if the thread dies, and whatever the model throws
   */
  classify(request: Omit<Extract<WorkerRequest, { kind: 'classify' }>, 'kind'>): Promise<readonly Prediction[]>;
  /**
   * Ends the thread as soon as it has loaded the model, or run the batch that it works on. (Interrupting ONNX Runtime
   * would end the whole process, so that is done only to a thread that does not answer for half a minute.)
   */
  stop(): Promise<void>;
}

/** How a thread is started. */
export interface WorkerThreadOptions {
  readonly entry: WorkerEntry;
  readonly start: WorkerStart;
  readonly logger: Logger;
}

interface Pending {
  resolve(predictions: readonly Prediction[]): void;
  reject(error: PolyheadError): void;
}

const stopMilliseconds = 30_000;

/** Starts a thread that loads the model. */
export function createWorkerThread({ entry, start, logger }: WorkerThreadOptions): WorkerThread {
  const worker = new Worker(entry.url, {
    workerData: start,
    ...(entry.execArgv === undefined ? {} : { execArgv: entry.execArgv }),
  });
  let pending: Pending | undefined;
  let death: PolyheadError | undefined;
  const takePending = (): Pending | undefined => {
    const taken = pending;
    pending = undefined;
    return taken;
  };
  const ended = watchEnd(worker);
  const started = new Promise<ModelDescription>((resolve, reject) => {
    worker.on('message', (reply: WorkerReply) => {
      if (reply.kind === 'warning') logger.warn(reply.message);
      if (reply.kind === 'refused') reject(fromErrorMessage(reply.error));
      if (reply.kind === 'predictions') takePending()?.resolve(reply.predictions);
      if (reply.kind === 'failure') takePending()?.reject(fromErrorMessage(reply.error));
      if (reply.kind === 'ready') resolve(reply.model);
    });
    void ended.then((error) => {
      death = error;
      takePending()?.reject(error);
      reject(error);
    });
  });
  const send = (request: WorkerRequest): void => worker.postMessage(request);
  return {
    started,
    ended,
    classify(request) {
      return new Promise<readonly Prediction[]>((resolve, reject) => {
        // A thread that is gone already does not answer. (Not `ended.then(reject)`: that keeps every answer until the end.)
        if (death !== undefined) {
          reject(death);
          return;
        }
        pending = { resolve, reject };
        send({ kind: 'classify', ...request });
      });
    },
    async stop() {
      send({ kind: 'stop' });
      await endsWithin(ended, stopMilliseconds);
      await worker.terminate();
    },
  };
}

function watchEnd(worker: Worker): Promise<PolyheadError> {
  return new Promise((resolve) => {
    let cause: unknown;
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', (exitCode) => {
      const reason = cause instanceof Error ? cause.message : `it ended with exit code ${exitCode}`;
      resolve(
        new PolyheadError('WORKER_FAILED', {
          message: `A worker thread stopped unexpectedly: ${reason}.`,
          details: { exitCode },
          cause,
        }),
      );
    });
  });
}

async function endsWithin(ended: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([ended, timeout]);
  clearTimeout(timer);
}
