import { parentPort, workerData } from 'node:worker_threads';
import { PolyheadError, type Tensor } from '@polyhead/types';
import { createSession } from './create-session.ts';
import type { Session } from './session.ts';
import { toErrorMessage, type WorkerReply, type WorkerRequest, type WorkerStart } from './worker-messages.ts';

if (parentPort === null) {
  throw new PolyheadError('INTERNAL', { message: 'session-worker was loaded outside of a worker thread.' });
}
const port = parentPort;

function reply(message: WorkerReply, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function buffersOf(results: Readonly<Record<string, Tensor>>): ArrayBuffer[] {
  const buffers = Object.values(results).map((tensor) => tensor.data.buffer);
  return [...new Set(buffers)].filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer);
}

async function answer(session: Session, request: WorkerRequest): Promise<void> {
  if (request.kind === 'release') {
    await session.release();
    port.close();
    return;
  }
  try {
    const results = await session.run(request.feeds, request.outputs);
    reply({ kind: 'result', id: request.id, results }, buffersOf(results));
  } catch (error) {
    reply({ kind: 'failure', id: request.id, error: toErrorMessage(error) });
  }
}

async function start({ source, provider, threads }: WorkerStart): Promise<void> {
  try {
    const logger = {
      info: () => undefined,
      warn: (message: string) => {
        reply({ kind: 'warning', message });
      },
    };
    const session = await createSession(source, { provider, threads, logger });
    let queue = Promise.resolve();
    port.on('message', (request: WorkerRequest) => {
      queue = queue.then(() => answer(session, request));
    });
    reply({ kind: 'ready', inputs: session.inputs, outputs: session.outputs, provider: session.provider });
  } catch (error) {
    reply({ kind: 'refused', error: toErrorMessage(error) });
    port.close();
  }
}

void start(workerData as WorkerStart);
