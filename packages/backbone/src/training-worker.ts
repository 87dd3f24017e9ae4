import { parentPort, workerData } from 'node:worker_threads';
import { toErrorMessage } from '@polyhead/runtime';
import { PolyheadError } from '@polyhead/types';
import { createTrainingCore, type TrainingCore } from './trainable/worker/training-core.ts';
import type { TrainingRequestMessage, TrainingWorkerStart } from './trainable/worker/messages.ts';

if (parentPort === null) {
  throw new PolyheadError('INTERNAL', { message: 'training-worker was loaded outside of a worker thread.' });
}
const port = parentPort;

async function answer(core: TrainingCore, { id, kind, arguments: given }: TrainingRequestMessage): Promise<void> {
  try {
    if (kind === 'release') {
      await core.release();
      port.close();
      return;
    }
    // The team's `ask` pairs each kind with its arguments.
    const work = core[kind] as (request: unknown) => Promise<unknown>;
    port.postMessage({ id, answer: await work(given) });
  } catch (error) {
    port.postMessage({ id, error: toErrorMessage(error) });
  }
}

try {
  const core = createTrainingCore(workerData as TrainingWorkerStart);
  let queue = Promise.resolve();
  port.on('message', (message: TrainingRequestMessage) => {
    queue = queue.then(() => answer(core, message));
  });
  port.postMessage({ id: -1, answer: undefined });
} catch (error) {
  port.postMessage({ id: -1, error: toErrorMessage(error) });
  port.close();
}
