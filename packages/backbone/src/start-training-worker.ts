import { Worker } from 'node:worker_threads';
import { resolveWorkerEntry } from '@polyhead/runtime';
import type { TrainingWorkerStart } from './trainable/worker/messages.ts';

/** Starts the worker thread whose file lies beside this module. */
export function startTrainingWorker(workerData: TrainingWorkerStart): Worker {
  const entry = resolveWorkerEntry(import.meta.url, 'training-worker');
  return new Worker(entry.url, { workerData, ...(entry.execArgv === undefined ? {} : { execArgv: entry.execArgv }) });
}
