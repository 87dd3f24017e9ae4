import { Worker } from 'node:worker_threads';
import { createNativeWorkFlags, guardNativeWork, resolveWorkerEntry, type NativeWorkFlags } from '@polyhead/runtime';
import type { TrainingWorkerStart } from './trainable/worker/messages.ts';

/** What the worker thread gets when it is started. */
export interface TrainingWorkerData extends TrainingWorkerStart {
  /** An exit of the process waits for the native call under way. */
  readonly nativeWork: NativeWorkFlags;
}

/** Starts the worker thread whose file lies beside this module. */
export function startTrainingWorker(start: TrainingWorkerStart): Worker {
  const entry = resolveWorkerEntry(import.meta.url, 'training-worker');
  const nativeWork = createNativeWorkFlags();
  const workerData: TrainingWorkerData = { ...start, nativeWork };
  const worker = new Worker(entry.url, {
    workerData,
    ...(entry.execArgv === undefined ? {} : { execArgv: entry.execArgv }),
  });
  worker.once('exit', guardNativeWork(nativeWork));
  return worker;
}
