import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const main = join(import.meta.dirname, '..', 'main.ts');

/** The command line as a process of its own. */
export interface RunningCommand {
  readonly child: ChildProcess;
  /** Resolves with exit code (null after a signal) and what was written, at the end. */
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Resolves when standard error has the words. */
  says(words: string): Promise<void>;
}

/** Starts the command line in a folder, from the sources. */
export function startCommand(words: readonly string[], folder: string): RunningCommand {
  const child = spawn(process.execPath, ['--import', tsx, '--conditions=@polyhead/source', main, ...words], {
    cwd: folder,
  });
  let stdout = '';
  let stderr = '';
  const waiting: { words: string; resolve: () => void }[] = [];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const entry of waiting) if (stderr.includes(entry.words)) entry.resolve();
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended, says: (text) => new Promise((resolve) => waiting.push({ words: text, resolve })) };
}
