import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { PolyheadError } from '@polyhead/types';
import { registerGradients } from './gradients/register-gradients.ts';

/** What executes tensor operations: native TensorFlow, WebAssembly with SIMD, or plain JavaScript. */
export type TensorFlowBackend = 'tensorflow' | 'wasm' | 'cpu';

/** Choices of {@link prepareTensorFlow}. */
export interface PrepareTensorFlowOptions {
  /**
   * The backend to use, without falling back to another.
   * @default the first that works: native TensorFlow if `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node` is
   * installed, WebAssembly, plain JavaScript
   */
  readonly backend?: TensorFlowBackend;
}

const preferred: readonly TensorFlowBackend[] = ['tensorflow', 'wasm', 'cpu'];
let preparation: Promise<string> | undefined;

/**
 * Makes TensorFlow.js ready for losses and heads: registers gradients and starts a backend. Call it once before using a
 * loss; later calls return at once, unless they name another backend. A backend that the program has already chosen
 * with `tf.setBackend` is kept. TensorFlow.js is told to be quiet (its PROD flag), nothing is fetched from a network.
 * @returns the name of the backend in use
 * @throws {PolyheadError} PROVIDER_UNAVAILABLE
 */
export function prepareTensorFlow(options: PrepareTensorFlowOptions = {}): Promise<string> {
  const { backend } = options;
  const previous = preparation ?? Promise.resolve();
  const next =
    backend === undefined ? (preparation ?? startFirst()) : previous.catch(ignore).then(() => startOnly(backend));
  preparation = next;
  // A failed attempt may be repeated, for instance after installing a package.
  next.catch(() => {
    if (preparation === next) preparation = undefined;
  });
  return next;
}

function ignore(): void {
  // The attempt that failed has told its own caller.
}

async function startFirst(): Promise<string> {
  // Undocumented but true: the name is empty until a backend was started.
  const chosen = tf.getBackend() as string | undefined;
  if (chosen !== undefined && chosen !== '') {
    registerGradients();
    return chosen;
  }
  for (const backend of preferred) {
    if (await start(backend)) return backend;
  }
  throw unavailable(preferred.join(', '));
}

async function startOnly(backend: TensorFlowBackend): Promise<string> {
  if (tf.getBackend() !== backend && !(await start(backend))) throw unavailable(backend);
  registerGradients();
  return backend;
}

async function start(backend: TensorFlowBackend): Promise<boolean> {
  tf.enableProdMode();
  const before = new Set(processListeners());
  try {
    await loaders[backend]();
    if (!(await tf.setBackend(backend))) return false;
    await tf.ready();
  } catch {
    return false;
  } finally {
    removeNewListeners(before);
  }
  registerGradients();
  return true;
}

const loaders: Record<TensorFlowBackend, () => Promise<void>> = {
  tensorflow: loadNative,
  wasm: loadWebAssembly,
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
  },
};

/** These packages are optional, so their names must not be seen by bundlers and type checkers. */
async function loadNative(): Promise<void> {
  const [withGpu, withoutGpu] = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
  try {
    await import(withGpu);
  } catch {
    await import(withoutGpu);
  }
}

async function loadWebAssembly(): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(dirname(main) + sep);
}

const listenedEvents = ['uncaughtException', 'unhandledRejection'] as const;

type Listener = (...values: unknown[]) => void;

function processListeners(): Listener[] {
  return listenedEvents.flatMap((event) => process.rawListeners(event) as Listener[]);
}

/** Emscripten adds listeners that turn every failed promise into a crash of the whole program; they are not wanted. */
function removeNewListeners(before: ReadonlySet<Listener>): void {
  for (const event of listenedEvents) {
    for (const listener of process.rawListeners(event) as Listener[]) {
      if (!before.has(listener)) process.removeListener(event, listener);
    }
  }
}

function unavailable(names: string): PolyheadError {
  return new PolyheadError('PROVIDER_UNAVAILABLE', {
    message: `TensorFlow.js could not start a backend (tried: ${names}).`,
    remedy: 'Reinstall the dependencies of @polyhead/losses; "tensorflow" also needs @tensorflow/tfjs-node.',
    details: { backends: names },
  });
}
