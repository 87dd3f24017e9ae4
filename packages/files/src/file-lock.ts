import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assertNotAborted } from '@polyhead/types';
import { toFileError } from './file-error.ts';

const pollInterval = 100;
const refreshInterval = 10_000;
/** A lock of another machine that was not refreshed for so long has no owner any more. */
const staleAfter = 60_000;

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
  const owner = `${hostname()} ${process.pid} ${randomUUID()}`;
  while (!(await tryLock(path, owner))) {
    assertNotAborted(signal);
    const abandoned = await findAbandonedOwner(path);
    if (abandoned === undefined) await delay(pollInterval);
    else await removeLockOf(abandoned, path);
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

async function tryLock(path: string, owner: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw toFileError(error, path, 'write');
  }
}

/** What an abandoned lock file says; undefined if its owner may be alive or it is gone. */
async function findAbandonedOwner(path: string): Promise<string | undefined> {
  try {
    const owner = await readFile(path, 'utf8');
    const [host, processId] = owner.split(' ');
    const isAbandoned =
      host === hostname() ? !isAlive(Number(processId)) : Date.now() - (await stat(path)).mtimeMs > staleAfter;
    return isAbandoned ? owner : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Removes a lock if it is still that of `owner`. Another process may have removed it in the meantime and made its own,
 * so the file is first moved away, which only one process can do, and put back if it is not the one.
 */
async function removeLockOf(owner: string, path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== owner) await link(aside, path);
  } catch {
    // Somebody else was quicker.
  }
  await rm(aside, { force: true });
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
