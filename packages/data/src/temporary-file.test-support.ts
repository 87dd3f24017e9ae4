import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { PolyheadError, type ErrorCode } from '@polyhead/types';

const directories: string[] = [];

afterAll(async () => {
  await Promise.all(directories.splice(0).map((directory) => rm(directory, { recursive: true, force: true })));
});

/** Writes a file that is gone after the tests; a path in a folder of its own. */
export async function temporaryFile(name: string, content: string | Uint8Array): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'polyhead-data-'));
  directories.push(directory);
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

/** Everything that an iterable yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** Expects a coded error and gives it back. */
export async function expectError(code: ErrorCode, action: () => unknown): Promise<PolyheadError> {
  try {
    await action();
  } catch (error) {
    if (!PolyheadError.isInstance(error)) throw error;
    expect(error.code).toBe(code);
    return error;
  }
  throw new PolyheadError('INTERNAL', { message: `${code} was expected, but nothing was thrown.` });
}
