import { parentPort, workerData } from 'node:worker_threads';
import { doNativeWork, toErrorMessage } from '@polyhead/runtime';
import { PolyheadError } from '@polyhead/types';
import { createTrainingCore, type TrainingCore } from './trainable/worker/training-core.ts';
import type { TrainingWorkerData } from './start-training-worker.ts';
import type { TrainingRequestMessage } from './trainable/worker/messages.ts';

if (parentPort === null) {
  throw new PolyheadError('INTERNAL', { message: 'training-worker was loaded outside of a worker thread.' });
}
const port = parentPort;
const start = workerData as TrainingWorkerData;

async function answer(core: TrainingCore, { id, kind, arguments: given }: TrainingRequestMessage): Promise<void> {
  if (kind === 'release') {
    // Whatever happens, the thread ends: the team waits for that.
    await doNativeWork(start.nativeWork, () => core.release()).finally(() => {
      port.close();
    });
    return;
  }
  try {
    // The team's `ask` pairs each kind with its arguments.
    const work = core[kind] as (request: unknown) => unknown;
    const result = await doNativeWork(start.nativeWork, async () => await work(given));
    port.postMessage({ id, answer: result });
  } catch (error) {
    port.postMessage({ id, error: toErrorMessage(error) });
  }
}

try {
  const core = createTrainingCore(start);
  let queue = Promise.resolve();
  port.on('message', (message: TrainingRequestMessage) => {
    queue = queue.then(() => answer(core, message));
  });
  port.postMessage({ id: -1, answer: undefined });
} catch (error) {
  port.postMessage({ id: -1, error: toErrorMessage(error) });
  port.close();
}
