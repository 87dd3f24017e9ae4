import { basename, resolve } from 'node:path';
import { resolveWorkerEntry } from '@polyhead/runtime';
import { PolyheadError, type Logger } from '@polyhead/types';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import type { ServerConfig } from './config.ts';
import { createHttpServers } from './http-servers.ts';
import type { ModelDescription } from './inference/model-description.ts';
import type { ZeroShotStart } from './inference/zero-shot-work.ts';
import { createWorkerPool } from './inference/worker-pool.ts';

/** A server that listens. */
export interface Server {
  /** Where it is reached: `http://127.0.0.1:8080`. */
  readonly address: string;
  readonly modelName: string;
  /** Resolves with what is served when the model is loaded; rejects if it cannot be. */
  readonly loaded: Promise<ModelDescription | undefined>;
  /** Takes no more requests, finishes those that it has, and frees the model. */
  stop(): Promise<void>;
  /** Makes requests fail that still run, so that `stop` comes to its end. */
  abort(): void;
}

/**
 * Listens, and starts loading the model: /healthz answers at once, /readyz when the model is there.
 * @throws {PolyheadError} PORT_IN_USE, INVALID_ARGUMENT for an address that cannot be listened on
 */
export async function startServer(directory: string, config: ServerConfig): Promise<Server> {
  // The pool speaks only after it was made, when the log of the app is there.
  const logger: Logger = {
    info: (message) => app.log.info(message),
    warn: (message) => app.log.warn(message),
  };
  const pool = createWorkerPool({
    entry: resolveWorkerEntry(import.meta.url, 'worker'),
    start: { directory, threads: config.threads, zeroShot: toZeroShotStart(config) },
    workers: config.workers,
    queueLength: config.queueLength,
    logger,
  });
  const modelName = config.name ?? basename(resolve(directory));
  const httpServers = createHttpServers();
  const app = createApp({
    ...{ classifier: pool, limits: config, modelName, zeroShot: config.zeroShot },
    logger: { level: config.logLevel },
    httpServers,
  });
  const address = await listen(app, config);
  const loaded = pool.start().then(() => pool.model);
  return {
    address,
    modelName,
    loaded,
    async stop() {
      const drained = pool.close().then(async () => {
        await httpServers.answered();
        // What is open now has nothing to be answered, and would stay open for as long as its client likes.
        httpServers.closeConnections();
      });
      await Promise.all([app.close(), drained]);
    },
    abort() {
      pool.abort();
      // Replies have a second to get out; who is still sending a request is cut off.
      setTimeout(() => httpServers.closeConnections(), 1000).unref();
    },
  };
}

function toZeroShotStart(config: ServerConfig): ZeroShotStart | undefined {
  const { zeroShot, zeroShotMethod, zeroShotModel, zeroShotEncoder } = config;
  return zeroShot ? { method: zeroShotMethod, model: zeroShotModel, encoder: zeroShotEncoder } : undefined;
}

async function listen(app: FastifyInstance, { host, port }: ServerConfig): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw toListenError(error, host, port);
  }
}

function toListenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new PolyheadError('PORT_IN_USE', {
      message: `Port ${port} of ${host} is taken by another program.`,
      remedy: 'Stop that program, choose another port with --port, or let --port 0 find a free one.',
      details: { host, port },
      cause: error,
    });
  }
  if (code !== 'EACCES' && code !== 'EADDRNOTAVAIL' && code !== 'ENOTFOUND') return error;
  return new PolyheadError('INVALID_ARGUMENT', {
    message: `The server cannot listen on port ${port} of "${host}" (${code}).`,
    remedy: 'Choose an address of this machine with --host, and a port above 1023 with --port.',
    details: { host, port },
    cause: error,
  });
}
