import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PolyheadError } from '@polyhead/types';

/** Counts the time that ONNX Runtime itself computes. */
export interface NativeRunMeter {
  /** Seconds inside ONNX Runtime's native `run` since the last call of this function. */
  takeSeconds(): number;
}

type NativeSessionClass = new () => { run(...values: unknown[]): unknown };

/** The part of onnxruntime-node's `binding.js` that is measured. */
interface BindingModule {
  binding: { readonly InferenceSession: NativeSessionClass };
}

/**
 * Puts a stopwatch around the native `run` of onnxruntime-node, the instance that @polyhead/runtime uses, for sessions
 * that are made later. That call is synchronous: everything before and after it, in Polyhead as well as in
 * onnxruntime-node's own JavaScript, is outside.
 * @throws {PolyheadError} INTERNAL if onnxruntime-node is not built as expected
 */
export function installNativeRunMeter(): NativeRunMeter {
  const module = loadBinding();
  let milliseconds = 0;
  class MeteredSession extends module.binding.InferenceSession {
    override run(...values: unknown[]): unknown {
      const start = performance.now();
      try {
        return super.run(...values);
      } finally {
        milliseconds += performance.now() - start;
      }
    }
  }
  module.binding = Object.create(module.binding, {
    InferenceSession: { value: MeteredSession },
  }) as BindingModule['binding'];
  return {
    takeSeconds() {
      const seconds = milliseconds / 1000;
      milliseconds = 0;
      return seconds;
    },
  };
}

function loadBinding(): BindingModule {
  const require = createRequire(import.meta.url);
  const requireInRuntime = createRequire(pathToFileURL(require.resolve('@polyhead/runtime/package.json')));
  const entry = requireInRuntime.resolve('onnxruntime-node');
  const module: unknown = require(join(dirname(entry), 'binding.js'));
  if (isBindingModule(module)) return module;
  throw new PolyheadError('INTERNAL', { message: 'This release of onnxruntime-node has no native run() to measure.' });
}

function isBindingModule(module: unknown): module is BindingModule {
  const session = readProperty(readProperty(module, 'binding'), 'InferenceSession');
  return typeof session === 'function' && typeof readProperty(session.prototype, 'run') === 'function';
}

function readProperty(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
