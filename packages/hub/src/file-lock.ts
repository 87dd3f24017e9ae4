import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { toFileError } from '@polyhead/files';
import { assertNotAborted } from '@polyhead/types';

const pollInterval = 100;
const refreshInterval = 10_000;
/** A lock of another machine that was not refreshed for so long has no owner any more. */
const staleAfter = 60_000;
const owner = `${hostname()} ${process.pid}`;

/**
 * Does `work` while no other process does work under the same lock file; waits for the other one to end.
 * A lock whose process has died is taken over.
 * @throws {PolyheadError} ABORTED, FILE_NOT_WRITABLE, and whatever `work` throws
 */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  while (!(await tryLock(path))) {
    assertNotAborted(signal);
    if (await isAbandoned(path)) await rm(path, { force: true });
    else await delay(pollInterval);
  }
  const refresh = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, refreshInterval).unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw toFileError(error, path, 'write');
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const [host, processId] = (await readFile(path, 'utf8')).split(' ');
    if (host === hostname()) return !isAlive(Number(processId));
    return Date.now() - (await stat(path)).mtimeMs > staleAfter;
  } catch {
    return false;
  }
}

function isAlive(processId: number): boolean {
  if (!(processId > 0)) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
