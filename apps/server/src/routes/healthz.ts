import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** GET /healthz: the process answers. */
export const healthzRoute: FastifyPluginCallbackZod = (app, _options, done) => {
  app.get(
    '/healthz',
    {
      logLevel: 'warn',
      schema: {
        summary: 'Is the process alive?',
        tags: ['health'],
        response: { 200: z.object({ status: z.literal('alive') }).describe('It is.') },
      },
    },
    () => ({ status: 'alive' as const }),
  );
  done();
};
