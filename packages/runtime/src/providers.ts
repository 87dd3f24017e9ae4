import { PolyheadError, type Logger } from '@polyhead/types';
import { loadOnnxRuntime } from './onnx-runtime.ts';
import { cleanMessage } from './session-error.ts';
import type { ExecutionProvider } from './session.ts';

const known: readonly ExecutionProvider[] = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'];

/**
 * The execution providers that this build of ONNX Runtime knows. Whether one works is only seen when a session is made
 * with it: it may need a driver, a device or a library that is not installed.
 * @throws {PolyheadError} SESSION_FAILED where ONNX Runtime has no build for this platform
 */
export function availableProviders(): string[] {
  return loadOnnxRuntime()
    .listSupportedBackends()
    .map((backend) => backend.name);
}

/** @throws {PolyheadError} INVALID_ARGUMENT */
export function assertProvider(provider: string): asserts provider is ExecutionProvider {
  if (known.some((name) => name === provider)) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"${provider}" is not an execution provider.`,
    remedy: `Use one of: ${known.join(', ')}.`,
    details: { provider },
  });
}

/**
 * Makes something on the requested provider, or on the processor if that fails, saying so in one line.
 * @param attempt makes it; an error on another provider than `cpu` leads to a second attempt on `cpu`
 */
export async function withFallbackToCpu<Result>(
  provider: ExecutionProvider,
  logger: Logger | undefined,
  attempt: (provider: ExecutionProvider) => Promise<Result>,
): Promise<{ readonly result: Result; readonly provider: ExecutionProvider }> {
  if (provider === 'cpu') return { result: await attempt('cpu'), provider };
  const available = availableProviders();
  let reason = `this installation has ${available.join(', ')}`;
  if (available.includes(provider)) {
    try {
      return { result: await attempt(provider), provider };
    } catch (error) {
      reason = cleanMessage(error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
    }
  }
  // A broken model fails here too and is reported as such; a warning about the provider would mislead then.
  const result = await attempt('cpu');
  logger?.warn(`The execution provider "${provider}" is not available (${reason}); computing on the CPU instead.`);
  return { result, provider: 'cpu' };
}
