import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PolyheadError, type JsonObject } from '@polyhead/types';

/** A program of another library. It answers every line of JSON on its input with one on its output. */
export interface PeerProcess {
  /** What it said when it was ready: versions and threads. */
  readonly ready: JsonObject;
  /** @throws {PolyheadError} WORKER_FAILED */
  ask(request: JsonObject): Promise<JsonObject>;
  /** Ends the program. */
  close(): Promise<void>;
}

/** How a peer is started. */
export interface PeerOptions {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Threads of every library in it that has its own pool. */
  readonly threads: number;
}

/**
 * Starts a peer and waits until it is ready.
 * @throws {PolyheadError} WORKER_FAILED
 */
export async function startPeer(options: PeerOptions): Promise<PeerProcess> {
  const child = spawn(options.program, options.arguments, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...threadEnvironment(options.threads), HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1' },
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(`it ended with the code ${code ?? 'of a signal'}`));
  });
  child.stdin.on('error', () => undefined); // The exit says why.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const readAnswer = async (): Promise<JsonObject> => {
    const next = await lines.next();
    if (next.done !== true) return JSON.parse(next.value) as JsonObject;
    throw new PolyheadError('WORKER_FAILED', {
      message: `"${options.program} ${options.arguments[0] ?? ''}" gave no answer: ${await exited}.`,
      remedy: 'What it printed above says why; the README tells what it needs.',
    });
  };
  return {
    ready: await readAnswer(),
    ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return readAnswer();
    },
    async close() {
      child.stdin.end();
      await exited;
    },
  };
}

/** The same number of threads for OpenMP, BLAS and the Rust tokenizers. */
function threadEnvironment(threads: number): Record<string, string> {
  const names = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'RAYON_NUM_THREADS'];
  return {
    ...Object.fromEntries(names.map((name) => [name, String(threads)])),
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
    TOKENIZERS_PARALLELISM: threads > 1 ? 'true' : 'false',
  };
}

/** The Python given by `--python`, else by POLYHEAD_PYTHON; undefined if there is none: the peers are left out. */
export function findPython(path: string | undefined = process.env['POLYHEAD_PYTHON']): string | undefined {
  if (path === undefined || !path.includes('/') || existsSync(path)) return path;
  throw new PolyheadError('FILE_NOT_FOUND', {
    message: `There is no Python at "${path}".`,
    remedy: 'Give the interpreter of an environment made from benchmarks/requirements.txt.',
  });
}

/** Said when the Python side of a comparison is left out. */
export const noPythonNote =
  'No Python is given (--python or POLYHEAD_PYTHON), so its libraries are not measured beside Polyhead.';

/** The file of a peer in `peers/`. */
export function peerScript(name: string): string {
  return fileURLToPath(new URL(`../peers/${name}`, import.meta.url));
}

/** The number in an answer. */
export function readSeconds(answer: JsonObject): number {
  if (typeof answer['seconds'] === 'number') return answer['seconds'];
  throw new PolyheadError('WORKER_FAILED', { message: `A peer answered ${JSON.stringify(answer)} without "seconds".` });
}
