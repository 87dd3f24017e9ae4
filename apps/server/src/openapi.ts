import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
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
    transformObject: toDocument,
  });
  app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.register((scope, _options, done) => {
    scope.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
    done();
  });
}

/** Leaves out the second form of every schema, for requests: only replies refer to schemas by name. */
const toDocument: SwaggerTransformObject = (parts) => {
  const document = jsonSchemaTransformObject(parts);
  const schemas: object = 'components' in document ? (document.components.schemas ?? {}) : {};
  for (const name of Object.keys(schemas)) if (name.endsWith('Input')) Reflect.deleteProperty(schemas, name);
  return document;
};
