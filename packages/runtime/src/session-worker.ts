import { parentPort, workerData } from 'node:worker_threads';
import { PolyheadError, type Tensor } from '@polyhead/types';
import { createSession } from './create-session.ts';
import { doNativeWork } from './native-work.ts';
import type { Session } from './session.ts';
import {
  toErrorMessage,
  type ModelSource,
  type WorkerReply,
  type WorkerRequest,
  type WorkerStart,
} from './worker-messages.ts';

if (parentPort === null) {
  throw new PolyheadError('INTERNAL', { message: 'session-worker was loaded outside of a worker thread.' });
}
const port = parentPort;
const { provider, threads, flags } = workerData as WorkerStart;

function reply(message: WorkerReply, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function buffersOf(results: Readonly<Record<string, Tensor>>): ArrayBuffer[] {
  const buffers = Object.values(results).map((tensor) => tensor.data.buffer);
  return [...new Set(buffers)].filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer);
}

async function answer(session: Session, request: Exclude<WorkerRequest, { kind: 'load' }>): Promise<void> {
  if (request.kind === 'release') {
    await doNativeWork(flags, () => session.release());
    port.close();
    return;
  }
  try {
    const results = await doNativeWork(flags, () => session.run(request.feeds, request.outputs));
    reply({ kind: 'result', id: request.id, results }, buffersOf(results));
  } catch (error) {
    reply({ kind: 'failure', id: request.id, error: toErrorMessage(error) });
  }
}

async function load(source: ModelSource): Promise<Session | undefined> {
  const logger = {
    info: () => undefined,
    warn: (message: string) => {
      reply({ kind: 'warning', message });
    },
  };
  try {
    const session = await doNativeWork(flags, () => createSession(source, { provider, threads, logger }));
    const { inputs, outputs, provider: used } = session;
    reply(
      { kind: 'ready', source, inputs, outputs, provider: used },
      typeof source === 'string' ? [] : [source.buffer],
    );
    return session;
  } catch (error) {
    reply({ kind: 'refused', error: toErrorMessage(error) });
    port.close();
    return undefined;
  }
}

let session: Session | undefined;
let queue = Promise.resolve();
port.on('message', (request: WorkerRequest) => {
  queue = queue.then(async () => {
    if (request.kind === 'load') session = await load(request.source);
    else if (session !== undefined) await answer(session, request);
  });
});
