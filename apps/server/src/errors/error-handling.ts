import type { Socket } from 'node:net';
import { PolyheadError } from '@polyhead/types';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toErrorReply } from './error-reply.ts';
import { toPolyheadError } from './to-polyhead-error.ts';

/** Answers a request with an error: coded JSON for the client, and the whole story in the log if the client is not told. */
export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toPolyheadError(thrown);
  const { status, headers, body, masked } = toErrorReply(error, request.id);
  if (masked) request.log.error({ err: error, code: error.code, cause: describeCause(error) }, error.message);
  else request.log.info({ code: error.code }, body.message);
  void reply.code(status).headers(headers).header('x-request-id', request.id).type('application/json').send(body);
}

function describeCause({ cause }: Error): string | undefined {
  return cause instanceof Error ? cause.stack : undefined;
}

/** The error for a path or method that is not served; it names the routes that are. */
export function createRouteNotFoundError({ method, url }: FastifyRequest, routes: readonly string[]): PolyheadError {
  const path = url.split('?', 1)[0] ?? url;
  return new PolyheadError('ROUTE_NOT_FOUND', {
    message: `There is no route ${method} ${path}.`,
    remedy: `The routes are ${routes.join(', ')}.`,
    details: { method, path, routes },
  });
}

/** Answers what is not even HTTP, or has headers beyond all measure. */
export function replyToMalformedRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { body } = toErrorReply(
    new PolyheadError('REQUEST_INVALID', { message: `The request is not well-formed HTTP: ${error.message}.` }),
    'none',
  );
  const text = JSON.stringify(body);
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}
