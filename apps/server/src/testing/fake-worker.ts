import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PolyheadError, type Prediction } from '@polyhead/types';
import { serveModel, type ServedModel } from '../inference/serve-model.ts';
import type { WorkerStart } from '../inference/worker-messages.ts';
import { createFakeManifest } from './fake-manifest.ts';

/**
 * A worker whose model needs no files. Texts tell it what to do; its folder must exist. A file `digest` in it makes
 * another model of it.
 */
const { directory, threads } = workerData as WorkerStart;

function readDigest(): string {
  const file = join(directory, 'digest');
  return existsSync(file) ? readFileSync(file, 'utf8') : 'f00d';
}

const model: ServedModel = {
  manifest: createFakeManifest({ digest: readDigest() }),
  heads: new Map(),
  predict: (texts) => Promise.resolve(texts.map(obey)),
  release: () => Promise.resolve(),
};

function obey(text: string): Prediction {
  if (text === 'die') process.exit(3);
  if (text === 'throw') throw new PolyheadError('INTERNAL', { message: 'The text said so.' });
  // Blocks the whole thread, as ONNX Runtime does.
  if (text === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  return { text, truncated: false, tokenCount: threads, heads: {} };
}

if (parentPort !== null) {
  await serveModel(parentPort, (logger) => {
    if (!existsSync(directory)) {
      throw new PolyheadError('MODEL_FOLDER_INVALID', { message: `"${directory}" is not a model.` });
    }
    logger.warn('a warning of the model');
    return Promise.resolve(model);
  });
}
