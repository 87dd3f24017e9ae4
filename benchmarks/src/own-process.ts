import type { JsonObject } from '@polyhead/types';
import { startPeer, type PeerProcess } from './peer-process.ts';

/** Runs a command of this program in a process of its own, so that its peak memory is its own. */
export function startOwnProcess(command: readonly string[], threads: number): Promise<PeerProcess> {
  return startPeer({
    program: process.execPath,
    arguments: [...process.execArgv, process.argv[1] ?? '', ...command, '--threads', String(threads)],
    threads,
  });
}

/** Runs a command that prints one line and ends. */
export async function runOwnProcess(command: readonly string[], threads: number): Promise<JsonObject> {
  const child = await startOwnProcess(command, threads);
  await child.close();
  return child.ready;
}
