import type { MessagePort } from 'node:worker_threads';
import type { Model } from '@polyhead/model';
import { PolyheadError, type Logger, type ZeroShotClassifier } from '@polyhead/types';
import { describeModel } from './model-description.ts';
import { classifyZeroShot } from './zero-shot-work.ts';
import { toErrorMessage, type WorkerReply, type WorkerRequest } from './worker-messages.ts';

/** What a worker needs of a model. */
export type ServedModel = Pick<Model, 'manifest' | 'heads' | 'predict' | 'release'> & {
  /** Classifies by labels of requests. @default nothing does */
  readonly zeroShot?: ZeroShotClassifier | undefined;
};

/**
 * The life of a worker: loads the model, says that it is ready, answers one request after another until it is told to
 * stop. Closing the port ends the thread.
 */
export async function serveModel(port: MessagePort, load: (logger: Logger) => Promise<ServedModel>): Promise<void> {
  const reply = (message: WorkerReply): void => port.postMessage(message);
  const warn = (message: string): void => reply({ kind: 'warning', message });
  try {
    const model = await load({ info: warn, warn });
    // The first run is slow, and shows whether the model works at all.
    await model.predict(['ready']);
    port.on('message', (request: WorkerRequest) => {
      if (request.kind === 'stop') void model.release().finally(() => port.close());
      else void classify(model, request).then(reply);
    });
    reply({ kind: 'ready', model: describeModel(model) });
  } catch (error) {
    reply({ kind: 'refused', error: toErrorMessage(error) });
    port.close();
  }
}

async function classify(
  model: ServedModel,
  { texts, heads, topK, zeroShot }: Extract<WorkerRequest, { kind: 'classify' }>,
): Promise<WorkerReply> {
  try {
    if (zeroShot === undefined)
      return { kind: 'predictions', predictions: await model.predict(texts, { heads, topK }) };
    if (model.zeroShot === undefined) {
      throw new PolyheadError('INTERNAL', { message: 'The worker has no zero-shot classifier.' });
    }
    return { kind: 'predictions', predictions: await classifyZeroShot(model.zeroShot, texts, { ...zeroShot, topK }) };
  } catch (error) {
    return { kind: 'failure', error: toErrorMessage(error) };
  }
}
