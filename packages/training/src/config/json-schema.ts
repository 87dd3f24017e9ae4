import { z } from 'zod';
import { configSchema } from './config-schema.ts';

/** The JSON Schema (draft 2020-12) of a training configuration, for editors and other programs. */
export function createConfigJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  const { backbone, ...properties } = schema.properties ?? {};
  // The parser turns a plain reference into an object before it looks; a schema has to name both forms.
  const either = { anyOf: [{ type: 'string', minLength: 1, description: 'Reference of the encoder' }, backbone] };
  return { ...schema, title: 'Polyhead training configuration', properties: { ...properties, backbone: either } };
}
