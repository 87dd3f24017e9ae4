import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from '@polyhead/model';
import { PolyheadError, type Logger } from '@polyhead/types';
import { createZeroShotClassifier } from '@polyhead/zero-shot';
import { serveModel, type ServedModel } from './inference/serve-model.ts';
import type { WorkerStart } from './inference/worker-messages.ts';

if (parentPort === null) {
  throw new PolyheadError('INTERNAL', { message: 'The worker of the server was started outside a worker thread.' });
}
const { directory, threads, zeroShot } = workerData as WorkerStart;
await serveModel(parentPort, load);

async function load(logger: Logger): Promise<ServedModel> {
  const model = await loadModel(directory, { threads, logger });
  if (zeroShot === undefined) return model;
  const classifier = await createZeroShotClassifier({ ...zeroShot, threads });
  return {
    manifest: model.manifest,
    heads: model.heads,
    predict: (texts, options) => model.predict(texts, options),
    zeroShot: classifier,
    release: async () => {
      await Promise.all([model.release(), classifier.release()]);
    },
  };
}
