import { writeFileSync } from 'node:fs';
import { publishedSchemas } from '../src/published-schemas.ts';
/** Writes docs/*.schema.json from the schemas of the code. */
for (const [name, createSchema] of Object.entries(publishedSchemas)) {
  writeFileSync(new URL(`../../../docs/${name}`, import.meta.url), JSON.stringify(createSchema(), null, 2) + '\n');
}
