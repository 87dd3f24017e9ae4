import { existsSync } from 'node:fs';
import { readJson, writeFileAtomic } from '@polyhead/files';
import type { JsonObject } from '@polyhead/types';
import { assertJsonObject } from './json.ts';

/** A result that is found once: the file if it is there, else what `compute` gives, which is then written to it. */
export async function keepResult(file: string, compute: () => Promise<JsonObject>): Promise<JsonObject> {
  if (!existsSync(file)) await writeFileAtomic(file, `${JSON.stringify(await compute(), null, 2)}\n`);
  return assertJsonObject(await readJson(file));
}
