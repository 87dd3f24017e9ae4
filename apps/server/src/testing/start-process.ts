import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PolyheadError } from '@polyhead/types';

/** A polyhead-server that runs on its own. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** What it has written so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Waits until it says where it serves: `http://127.0.0.1:40123`. */
  address(): Promise<string>;
  /** Waits until it has ended. */
  exitCode(): Promise<number | null>;
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const longestWaitMilliseconds = 90_000;

/** Starts the command from the sources. */
export function startProcess(words: readonly string[]): ServerProcess {
  const child = spawn(process.execPath, ['--import', tsx, '--conditions=@polyhead/source', main, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const listen of listeners) listen();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const output = (): { stdout: string; stderr: string } => ({ stdout, stderr });
  return {
    child,
    output,
    exitCode: () => within(ended, output),
    address() {
      const found = new Promise<string>((resolve, reject) => {
        const listen = (): void => {
          const address = /^Serving .* on (http:\S+)$/m.exec(stderr)?.[1];
          if (address !== undefined) resolve(address);
        };
        listeners.add(listen);
        listen();
        void ended.then((code) => reject(createError(`The server ended with ${String(code)}`, output())));
      });
      return within(found, output);
    },
  };
}

async function within<Value>(promise: Promise<Value>, output: () => object): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(createError('The server took too long', output())), longestWaitMilliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function createError(what: string, output: object): PolyheadError {
  return new PolyheadError('INTERNAL', { message: `${what}: ${JSON.stringify(output)}` });
}
