import { createConfigJsonSchema } from './config/json-schema.ts';
import { createNliJsonSchema } from './nli/nli-json-schema.ts';

/** The JSON Schemas of the folder docs by their file names. */
export const publishedSchemas: Readonly<Record<string, () => Record<string, unknown>>> = {
  'configuration.schema.json': createConfigJsonSchema,
  'nli.schema.json': createNliJsonSchema,
};
