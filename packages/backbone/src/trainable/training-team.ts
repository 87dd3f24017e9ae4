import type { Worker } from 'node:worker_threads';
import { fromErrorMessage, type ErrorMessage } from '@polyhead/runtime';
import { PolyheadError } from '@polyhead/types';
import { startTrainingWorker } from '../start-training-worker.ts';
import type { TrainingRequestKind, TrainingRequests, TrainingWorkerStart } from './worker/messages.ts';

/** Arguments of a kind of request. */
export type RequestArguments<Kind extends TrainingRequestKind> = TrainingRequests[Kind]['arguments'];
/** What a kind of request is answered with. */
export type RequestAnswer<Kind extends TrainingRequestKind> = TrainingRequests[Kind]['answer'];

/** Worker threads that train together. */
export interface TrainingTeam {
  readonly size: number;
  /**
   * Asks one worker; it does what it is asked in order.
   * @throws {PolyheadError} WORKER_FAILED, SESSION_RELEASED and whatever the work throws
   */
  ask<Kind extends TrainingRequestKind>(
    worker: number,
    kind: Kind,
    request: RequestArguments<Kind>,
  ): Promise<RequestAnswer<Kind>>;
  /** Asks all workers the same and waits for all. */
  askAll<Kind extends TrainingRequestKind>(kind: Kind, request: RequestArguments<Kind>): Promise<RequestAnswer<Kind>[]>;
  release(): Promise<void>;
}

type Reply = { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly error: ErrorMessage };

/**
 * Starts the workers and waits until all are ready.
 * @throws {PolyheadError} WORKER_FAILED, SESSION_FAILED
 */
export async function createTrainingTeam(starts: readonly TrainingWorkerStart[]): Promise<TrainingTeam> {
  const members = starts.map((start) => createMember(startTrainingWorker(start)));
  const ready = await Promise.allSettled(members.map((member) => member.ready));
  const failed = ready.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(members.map((member) => member.release()));
    throw failed.reason;
  }
  let releasing: Promise<void> | undefined;
  const ask = <Kind extends TrainingRequestKind>(
    worker: number,
    kind: Kind,
    request: RequestArguments<Kind>,
  ): Promise<RequestAnswer<Kind>> => {
    const member = members[worker];
    if (releasing !== undefined || member === undefined) return Promise.reject(createReleasedError());
    return member.send(kind, request) as Promise<RequestAnswer<Kind>>;
  };
  return {
    size: members.length,
    ask,
    askAll: (kind, request) => Promise.all(members.map((_, worker) => ask(worker, kind, request))),
    release() {
      releasing ??= Promise.all(members.map((member) => member.release())).then(() => undefined);
      return releasing;
    },
  };
}

function createReleasedError(): PolyheadError {
  return new PolyheadError('SESSION_RELEASED', {
    message: 'The trainable encoder was used after it had been released.',
    remedy: 'Load it again.',
  });
}

interface Member {
  readonly ready: Promise<unknown>;
  send(kind: TrainingRequestKind | 'release', request: unknown): Promise<unknown>;
  release(): Promise<void>;
}

interface PendingRequest {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: PolyheadError) => void;
}

/** The request that stands for the worker's start. */
const startId = -1;

function createMember(worker: Worker): Member {
  const pending = new Map<number, PendingRequest>();
  let nextId = 0;
  let failure: PolyheadError | undefined;
  const ended = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      resolve();
    }),
  );
  const fail = (cause: unknown): void => {
    failure ??= createWorkerError(cause);
    for (const request of pending.values()) request.reject(failure);
    pending.clear();
  };
  const expect = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      pending.set(id, { resolve, reject });
      worker.ref();
    });
  worker.on('error', fail).on('messageerror', fail).on('exit', fail);
  worker.on('message', (reply: Reply) => {
    const request = pending.get(reply.id);
    pending.delete(reply.id);
    // An idle worker must not keep the process alive.
    if (pending.size === 0) worker.unref();
    if ('error' in reply) request?.reject(fromErrorMessage(reply.error));
    else request?.resolve(reply.answer);
  });
  return {
    ready: expect(startId),
    send(kind, request) {
      const id = nextId++;
      const answer = expect(id);
      worker.postMessage({ id, kind, arguments: request });
      return answer;
    },
    async release() {
      if (failure !== undefined) return;
      worker.ref();
      worker.postMessage({ id: nextId++, kind: 'release', arguments: undefined });
      await ended;
    },
  };
}

function createWorkerError(cause: unknown): PolyheadError {
  const reason = cause instanceof Error ? cause.message : `exit code ${String(cause)}`;
  return new PolyheadError('WORKER_FAILED', {
    message: `A training worker stopped unexpectedly: ${reason}.`,
    remedy: 'Resume from the last checkpoint; if memory ran out, give a smaller memory budget.',
    ...(cause instanceof Error ? { cause } : {}),
  });
}
