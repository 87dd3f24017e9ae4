import type { FastifyReply } from 'fastify';

/** Aborts when the connection is gone before the reply was sent. */
export function createDisconnectSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

export function roundMilliseconds(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
