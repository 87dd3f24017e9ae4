import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assertNotAborted } from '@polyhead/types';
import { toFileError } from './file-error.ts';

const pollInterval = 100;
const refreshInterval = 10_000;
/**
 * A lock that was not refreshed for so long may have no owner any more, in milliseconds. On this machine, where a process of
 * that number lives, it may only be busy or stopped; but the number may also be another one's by now.
 */
const staleAfter = { here: 300_000, elsewhere: 60_000 };
/**
 * For so many looks in a row such a lock must stay as it is: three refreshes long. After a machine was suspended, every lock is
 * old until its owner refreshes it, and clocks of two machines differ.
 */
const looksAtStale = (3 * refreshInterval) / pollInterval;

/**
 * Does `work` while no other process does work under the same lock file; waits for the other one to end. A lock whose
 * process has died is taken over: at once where that can be seen, else when it was not refreshed for some minutes.
 * @throws {PolyheadError} ABORTED, FILE_NOT_WRITABLE, and whatever `work` throws
 */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const owner = `${hostname()} ${process.pid} ${randomUUID()}`;
  await waitForLock(path, owner, signal);
  const refresh = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, refreshInterval).unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    // Another process that took this one for dead has its own lock there.
    if ((await readLock(path))?.owner === owner) await rm(path, { force: true });
  }
}

async function waitForLock(path: string, owner: string, signal: AbortSignal | undefined): Promise<void> {
  let before: Lock | undefined;
  let unchanged = 0;
  while (!(await tryLock(path, owner))) {
    assertNotAborted(signal);
    const lock = await readLock(path);
    unchanged = lock?.owner === before?.owner && lock?.refreshed === before?.refreshed ? unchanged + 1 : 0;
    before = lock;
    if (lock !== undefined && (isDead(lock) || (isStale(lock) && unchanged >= looksAtStale))) {
      await removeLockOf(lock.owner, path);
    }
    await delay(pollInterval);
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

/** What a lock file says and when its owner was last heard of, in milliseconds since 1970. */
interface Lock {
  readonly owner: string;
  readonly refreshed: number;
}

/** Undefined if the lock is gone, or cannot be read. */
async function readLock(path: string): Promise<Lock | undefined> {
  try {
    return { owner: await readFile(path, 'utf8'), refreshed: (await stat(path)).mtimeMs };
  } catch {
    return undefined;
  }
}

/** True if the lock is of this machine and no process has its number. */
function isDead({ owner }: Lock): boolean {
  const [host, processId] = owner.split(' ');
  return host === hostname() && !isAlive(Number(processId));
}

function isStale({ owner, refreshed }: Lock): boolean {
  const isHere = owner.split(' ')[0] === hostname();
  return Date.now() - refreshed > (isHere ? staleAfter.here : staleAfter.elsewhere);
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
