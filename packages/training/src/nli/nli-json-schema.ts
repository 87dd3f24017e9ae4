import { toJsonSchema } from '../config/json-schema.ts';
import { nliSchema } from './nli-schema.ts';

/** The JSON Schema (draft 2020-12) of a configuration of the task nli, for editors and other programs. */
export function createNliJsonSchema(): Record<string, unknown> {
  return toJsonSchema(nliSchema, 'Polyhead training configuration of the task nli');
}
