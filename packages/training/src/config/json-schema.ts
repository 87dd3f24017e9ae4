import { z } from 'zod';
import { configSchema } from './config-schema.ts';
import { shortForms } from './short-form.ts';

/** The JSON Schema (draft 2020-12) of a training configuration, for editors and other programs. */
export function createConfigJsonSchema(): Record<string, unknown> {
  return toJsonSchema(configSchema, 'Polyhead training configuration');
}

/** The JSON Schema (draft 2020-12) of what people write, before defaults are filled in. */
export function toJsonSchema(schema: z.ZodType, title: string): Record<string, unknown> {
  const converted = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: nameShortForm });
  return { ...converted, title };
}

/** The parser turns a short form into an object before it looks; a schema has to name both forms. */
function nameShortForm({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  const short = shortForms.get(zodSchema);
  if (short === undefined) return;
  const long = { ...jsonSchema };
  for (const key of Object.keys(long)) Reflect.deleteProperty(jsonSchema, key);
  jsonSchema.anyOf = [{ type: 'string', minLength: 1, description: short.description }, long];
}
