import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import packageJson from '../package.json' with { type: 'json' };

/** Documents the routes that are registered after it: GET /openapi.json, and GET /docs to read and try them. */
export function registerOpenApi(app: FastifyInstance): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Polyhead', description: packageJson.description, version: packageJson.version },
      tags: [
        { name: 'classification', description: 'Texts in, the answers of the heads out.' },
        { name: 'models', description: 'What is served.' },
        { name: 'health', description: 'For supervisors and load balancers.' },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.register((scope, _options, done) => {
    scope.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
    done();
  });
}
