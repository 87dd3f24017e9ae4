import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The HTTP servers of an app: one for each address that its host has. */
export interface HttpServers {
  /** Makes one, as Fastify asks for it. */
  create(handler: RequestListener): Server;
  /** Waits until every request that came in is answered, or its client is gone. */
  answered(): Promise<void>;
  /** Closes what is open or still comes, in the middle of whatever it is; connections that never sent anything too. */
  closeConnections(): void;
}

/** Fastify's own, a little above the minute after which load balancers give up. */
const keepAliveMilliseconds = 72_000;

/**
 * Keeps account of servers, which Node.js does not close while a connection is open that has not sent a request yet.
 * Browsers and load balancers open such connections ahead of need.
 */
export function createHttpServers(): HttpServers {
  const servers: Server[] = [];
  const open = new Set<ServerResponse>();
  let waiting: (() => void)[] = [];
  let isClosed = false;
  const onEnd = (response: ServerResponse): void => {
    open.delete(response);
    if (open.size > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    create(handler) {
      const server = createServer(handler);
      server.keepAliveTimeout = keepAliveMilliseconds;
      // How long a request takes to come in is not limited: a slow client holds up nobody.
      server.requestTimeout = 0;
      server.on('connection', (socket: Socket) => {
        // One that was on its way while the others were closed.
        if (isClosed) socket.destroy();
      });
      server.on('request', (_request, response: ServerResponse) => {
        open.add(response);
        response.once('close', () => onEnd(response));
      });
      servers.push(server);
      return server;
    },
    answered: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    closeConnections() {
      isClosed = true;
      for (const server of servers) server.closeAllConnections();
    },
  };
}
