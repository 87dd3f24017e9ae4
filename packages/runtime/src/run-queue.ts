import type { Worker } from 'node:worker_threads';
import { PolyheadError, type Tensor } from '@polyhead/types';
import type { NamedTensors } from './session.ts';
import { createTensor } from './tensor-conversion.ts';
import { fromErrorMessage, type WorkerReply, type WorkerRequest } from './worker-messages.ts';

/** Outputs of one run by name. */
export type RunResults = Readonly<Record<string, Tensor>>;

interface PendingRun {
  readonly resolve: (results: RunResults) => void;
  readonly reject: (error: PolyheadError) => void;
}

/** The runs that a session worker has still to do. */
export interface RunQueue {
  add(feeds: NamedTensors, outputs: readonly string[]): Promise<RunResults>;
  /** Waits for the runs under way and ends the worker. */
  end(): Promise<void>;
}

/** WORKER_FAILED with the error or the exit code that a worker ended with. */
export function createWorkerError(cause: unknown): PolyheadError {
  const reason = cause instanceof Error ? cause.message : `exit code ${String(cause)}`;
  return new PolyheadError('WORKER_FAILED', {
    message: `The worker thread of a session stopped unexpectedly: ${reason}.`,
    remedy: 'Create the session again; if memory ran out, use smaller batches.',
    ...(cause instanceof Error ? { cause } : {}),
  });
}

/** Sends runs to the worker, which does them one after the other, and hands the replies to those who wait for them. */
export function createRunQueue(worker: Worker): RunQueue {
  const pending = new Map<number, PendingRun>();
  let nextId = 0;
  let failure: PolyheadError | undefined;
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve();
    });
  });
  const fail = (cause: unknown): void => {
    failure ??= createWorkerError(cause);
    for (const run of pending.values()) run.reject(failure);
    pending.clear();
  };
  const take = (id: number): PendingRun | undefined => {
    const run = pending.get(id);
    pending.delete(id);
    // An idle worker must not keep the process alive.
    if (pending.size === 0) worker.unref();
    return run;
  };
  worker.on('error', fail).on('messageerror', fail).on('exit', fail);
  worker.on('message', (reply: WorkerReply) => {
    if (reply.kind === 'result') take(reply.id)?.resolve(reply.results);
    if (reply.kind === 'failure') take(reply.id)?.reject(fromErrorMessage(reply.error));
  });
  worker.unref();

  return {
    add(feeds, names) {
      return new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        const id = nextId++;
        pending.set(id, { resolve, reject });
        worker.ref();
        sendRun(worker, { id, feeds, outputs: names });
      });
    },
    async end() {
      if (failure !== undefined) return;
      worker.ref();
      // Messages arrive in order: the worker answers all runs before it sees this one.
      worker.postMessage({ kind: 'release' } satisfies WorkerRequest);
      await ended;
    },
  };
}

function sendRun(worker: Worker, run: { id: number; feeds: NamedTensors; outputs: readonly string[] }): void {
  const transfer: ArrayBuffer[] = [];
  const copies: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(run.feeds)) {
    // A copy of just this tensor: cloning a view would send the whole buffer that it looks into.
    const data = tensor.data.slice();
    if (data.buffer instanceof ArrayBuffer) transfer.push(data.buffer);
    copies[name] = createTensor(tensor.dataType, tensor.shape, data);
  }
  worker.postMessage(
    { kind: 'run', id: run.id, feeds: copies, outputs: run.outputs } satisfies WorkerRequest,
    transfer,
  );
}
