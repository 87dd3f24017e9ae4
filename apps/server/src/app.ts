import { randomUUID } from 'node:crypto';
import { fastify, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import type { RequestLimits } from './config.ts';
import { createRouteNotFoundError, replyToMalformedRequest, replyWithError } from './errors/error-handling.ts';
import { createHttpServers, type HttpServers } from './http-servers.ts';
import type { Classifier } from './inference/classifier.ts';
import { registerOpenApi } from './openapi.ts';
import { registerJsonParser } from './parse-json-body.ts';
import { RequestLog } from './request-log.ts';
import { classifyRoute } from './routes/classify.ts';
import { healthzRoute } from './routes/healthz.ts';
import { modelsRoute } from './routes/models.ts';
import { readyzRoute } from './routes/readyz.ts';
import type { RouteOptions } from './routes/route-options.ts';
import { zeroShotRoute } from './routes/zero-shot.ts';

/** What an app is made of. */
export interface AppOptions {
  readonly classifier: Classifier;
  readonly limits: RequestLimits;
  /** What the model is called in replies. */
  readonly modelName: string;
  /** Whether the classifier takes labels of requests. @default false */
  readonly zeroShot?: boolean;
  /** As Fastify takes it: pino's options, or false for silence. @default false */
  readonly logger?: NonNullable<FastifyServerOptions['logger']>;
  /** Makes what the app listens with. @default a server of its own */
  readonly httpServers?: Pick<HttpServers, 'create'>;
}

/**
 * The HTTP side of the server: parses, checks, hands over to the classifier and answers. It neither loads nor closes
 * the classifier, and does not listen until it is told to.
 */
export function createApp({
  classifier,
  limits,
  modelName,
  zeroShot = false,
  logger = false,
  httpServers = createHttpServers(),
}: AppOptions): FastifyInstance {
  const app = fastify({
    logger,
    logController: new RequestLog(),
    bodyLimit: limits.maxBodyBytes,
    genReqId: () => randomUUID(),
    // While closing, routes answer by themselves what still comes in over open connections.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => replyWithError(error, request, reply),
    clientErrorHandler: replyToMalformedRequest,
    serverFactory: (handler) => httpServers.create(handler),
  });
  app.setValidatorCompiler(validatorCompiler);
  // Replies are typed by their schemas, so that checking each at run time would only cost time.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler(replyWithError);
  registerJsonParser(app);
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (classifier.state === 'closing') reply.header('connection', 'close');
  });
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD' && !url.startsWith('/docs/')) routes.push(`${String(method)} ${url}`);
  });
  app.setNotFoundHandler((request, reply) => replyWithError(createRouteNotFoundError(request, routes), request, reply));
  registerOpenApi(app);
  const options: RouteOptions = { classifier, limits, modelName };
  app.register(classifyRoute, options);
  if (zeroShot) app.register(zeroShotRoute, options);
  app.register(modelsRoute, options);
  app.register(healthzRoute);
  app.register(readyzRoute, options);
  return app;
}
