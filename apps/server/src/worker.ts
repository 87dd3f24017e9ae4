import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from '@polyhead/model';
import { PolyheadError } from '@polyhead/types';
import { serveModel } from './inference/serve-model.ts';
import type { WorkerStart } from './inference/worker-messages.ts';

if (parentPort === null) {
  throw new PolyheadError('INTERNAL', { message: 'The worker of the server was started outside a worker thread.' });
}
const { directory, threads } = workerData as WorkerStart;
await serveModel(parentPort, (logger) => loadModel(directory, { threads, logger }));
