import { writeFileSync } from 'node:fs';
import { createConfigJsonSchema } from '../src/config/json-schema.ts';
/** Writes docs/configuration.schema.json from the schema of the code. */
writeFileSync(
  new URL('../../../docs/configuration.schema.json', import.meta.url),
  JSON.stringify(createConfigJsonSchema(), null, 2) + '\n',
);
