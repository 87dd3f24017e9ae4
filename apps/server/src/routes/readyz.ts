import { PolyheadError } from '@polyhead/types';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorBodySchema } from '../errors/error-reply.ts';
import type { RouteOptions } from './route-options.ts';

/** GET /readyz: a worker has the model, and the server is not shutting down. */
export const readyzRoute: FastifyPluginCallbackZod<RouteOptions> = (app, { classifier }, done) => {
  app.get(
    '/readyz',
    {
      logLevel: 'warn',
      schema: {
        summary: 'Can it classify?',
        tags: ['health'],
        response: {
          200: z.object({ status: z.literal('ready') }).describe('It can.'),
          503: errorBodySchema.describe('Not yet, or no longer.'),
        },
      },
    },
    () => {
      if (classifier.state === 'ready') return { status: 'ready' as const };
      throw new PolyheadError('SERVER_NOT_READY', {
        message: `The server is not ready: it is ${classifier.state}.`,
        details: { state: classifier.state },
      });
    },
  );
  done();
};
