import { createRequire } from 'node:module';
import { PolyheadError } from '@polyhead/types';
import type * as OnnxRuntime from 'onnxruntime-node';

/** The module onnxruntime-node. */
export type OnnxRuntimeModule = typeof OnnxRuntime;

let loaded: OnnxRuntimeModule | undefined;

/**
 * The native library, loaded when it is first needed: it takes some 50 ms and 45 MB, which a program that only prints
 * its help should not pay.
 * @throws {PolyheadError} SESSION_FAILED where there is no build of it for this platform
 */
export function loadOnnxRuntime(): OnnxRuntimeModule {
  if (loaded !== undefined) return loaded;
  try {
    const module = createRequire(import.meta.url)('onnxruntime-node') as OnnxRuntimeModule;
    // Everything that ONNX Runtime would print it also throws.
    module.env.logLevel = 'fatal';
    loaded = module;
    return module;
  } catch (error) {
    throw new PolyheadError('SESSION_FAILED', {
      message: `ONNX Runtime cannot be loaded on ${process.platform} ${process.arch}: ${error instanceof Error ? error.message : String(error)}.`,
      remedy: 'It has builds for Linux with glibc (x64, arm64), macOS (arm64) and Windows (x64, arm64).',
      details: { platform: process.platform, architecture: process.arch },
      cause: error,
    });
  }
}
