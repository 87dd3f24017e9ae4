import { PolyheadError } from '@polyhead/types';
import { resolveThreads } from './create-session.ts';
import { openWorkerSession } from './open-worker-session.ts';
import { assertProvider } from './providers.ts';
import { SessionTeam } from './session-team.ts';
import type { Session, SessionTeamOptions } from './session.ts';
import type { ModelSource } from './worker-messages.ts';

/** About what it takes to open a crowd: a job that is done sooner is not worth one. */
const patienceMilliseconds = 300;

/**
 * Loads a model in worker threads, so that the calling thread's event loop stays free while it runs. A run that is alone
 * has all `threads`. When runs wait for each other, `workers` more threads load the model and do one run each, which is
 * faster than one run after the other on all threads: they never wait for one another within an operator. Results are
 * the same numbers either way.
 *
 * Feeds are copied to the workers, results are moved back. A worker that dies rejects its runs with WORKER_FAILED. Idle
 * workers do not keep the process alive, and an exit of the process waits for the runs under way.
 * @param source the bytes of an ONNX file, or the path of one (needed for a model with external data)
 * @throws {PolyheadError} SESSION_FAILED, FILE_NOT_FOUND, INVALID_ARGUMENT, WORKER_FAILED
 */
export function createSessionTeam(source: Uint8Array | string, options: SessionTeamOptions = {}): Promise<Session> {
  return openSessionTeam(source, options, patienceMilliseconds);
}

/** {@link createSessionTeam} with another patience than the measured one. */
export async function openSessionTeam(
  source: Uint8Array | string,
  options: SessionTeamOptions,
  patience: number,
): Promise<Session> {
  assertProvider(options.provider ?? 'cpu');
  const threads = resolveThreads(options.threads);
  const workers = assertWorkers(options.workers ?? 1);
  const { logger, provider } = options;
  const first = await openWorkerSession(toMovable(source, options.transferSource === true), {
    provider,
    threads,
    logger,
  });
  if (workers === 1) return first.session;

  let rest: ModelSource | undefined = first.source;
  const openCrowd = async (): Promise<Session[]> => {
    const sessions: Session[] = [];
    try {
      // One after the other, since the bytes of the model move from worker to worker: there is only one copy of them.
      while (rest !== undefined && sessions.length < workers) {
        const next = await openWorkerSession(rest, {
          provider,
          threads: Math.max(1, Math.floor(threads / workers)),
          logger,
        });
        sessions.push(next.session);
        rest = next.source;
      }
    } catch (error) {
      await Promise.all(sessions.map((session) => session.release()));
      throw error;
    } finally {
      rest = undefined;
    }
    return sessions;
  };
  return new SessionTeam({ lone: first.session, openCrowd }, { workers, patience, logger });
}

function assertWorkers(workers: number): number {
  if (Number.isInteger(workers) && workers > 0) return workers;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The number of workers is ${workers}, but must be a whole number of at least 1.`,
    details: { workers },
  });
}

/** Bytes that own their whole buffer, so that it can be moved to another thread: the caller's own, or a copy. */
function toMovable(source: Uint8Array | string, takeSource: boolean): ModelSource {
  if (typeof source === 'string') return source;
  const isWhole = source.byteLength === source.buffer.byteLength;
  return takeSource && isWhole && isOverArrayBuffer(source) ? source : new Uint8Array(source);
}

function isOverArrayBuffer(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
