import { availableParallelism } from 'node:os';
import { pathExists, toFileError } from '@polyhead/files';
import { PolyheadError, type Tensor } from '@polyhead/types';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { loadOnnxRuntime } from './onnx-runtime.ts';
import { createFetchError, isStop, runWithoutCopies, withoutCopies } from './outputs-in-place.ts';
import { assertProvider, withFallbackToCpu } from './providers.ts';
import { assertFeeds, resolveRequestedOutputs, type RequestedOutputs } from './run-arguments.ts';
import { createReleasedError, toSessionError } from './session-error.ts';
import type { DirectSessionOptions, ExecutionProvider, NamedTensors, Session, SessionValue } from './session.ts';
import { fromOrtTensor, isTensorDataType, toOrtTensor } from './tensor-conversion.ts';

/**
 * How threads wait for work within a run: awake for ten microseconds, then asleep. Measured on an idle machine, that is a
 * quarter faster than falling asleep at once, at the same processor time; to stay awake for longer gains no more, and
 * doubles the time of a run where other processes want the processors.
 */
const threadSettings = { force_spinning_stop: '1', intra_op: { allow_spinning: '1', spin_duration_us: '10' } };

/**
 * Loads a model. The work of `run` is done by native threads, but the calling thread is blocked meanwhile: use
 * `createSessionTeam` where an event loop has to stay free.
 * @param source the bytes of an ONNX file, or the path of one (needed for a model with external data)
 * @throws {PolyheadError} SESSION_FAILED, FILE_NOT_FOUND, INVALID_ARGUMENT
 */
export async function createSession(source: Uint8Array | string, options: DirectSessionOptions = {}): Promise<Session> {
  const requested = options.provider ?? 'cpu';
  assertProvider(requested);
  const threads = resolveThreads(options.threads);
  await assertSource(source);
  const fillsOutputs = options.fillsOutputs ?? false;
  const model = fillsOutputs ? withoutCopies(assertBytes(source)) : source;
  const action = typeof source === 'string' ? `load the model "${source}"` : 'load the model';
  try {
    const { result, provider } = await withFallbackToCpu(requested, options.logger, (name) =>
      createOrtSession(model, toOrtOptions(name, { threads, fillsOutputs })),
    );
    return createSessionOver(result, { provider, fillsOutputs });
  } catch (error) {
    throw toSessionError(error, action, 'Check that it is a complete ONNX file and its external data lies beside it.');
  }
}

/** @throws {PolyheadError} INVALID_ARGUMENT */
export function resolveThreads(threads: number | undefined): number {
  const count = threads ?? availableParallelism();
  if (Number.isInteger(count) && count > 0) return count;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The number of threads is ${count}, but must be a whole number of at least 1.`,
    details: { threads: count },
  });
}

async function assertSource(source: Uint8Array | string): Promise<void> {
  if (typeof source === 'string' && !(await pathExists(source))) {
    throw toFileError({ code: 'ENOENT' }, source, 'read');
  }
}

function assertBytes(source: Uint8Array | string): Uint8Array {
  if (typeof source !== 'string') return source;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: 'Outputs can only be filled in place by a model that is given as bytes.',
    remedy: 'Read the file, or leave "fillsOutputs" out.',
    details: { file: source },
  });
}

function createOrtSession(
  source: Uint8Array | string,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  const { InferenceSession: Inference } = loadOnnxRuntime();
  return typeof source === 'string' ? Inference.create(source, options) : Inference.create(source, options);
}

function toOrtOptions(
  provider: ExecutionProvider,
  { threads, fillsOutputs }: { readonly threads: number; readonly fillsOutputs: boolean },
): InferenceSession.SessionOptions {
  return {
    // A plan for all values of a run takes as much again for every new shape, and saves no time where nodes are large.
    enableMemPattern: !fillsOutputs,
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: threadSettings },
    logSeverityLevel: 4,
  };
}

function describeValues(metadata: readonly InferenceSession.ValueMetadata[]): SessionValue[] {
  return metadata.map((value) => {
    if (value.isTensor && isTensorDataType(value.type)) {
      return { name: value.name, dataType: value.type, shape: value.shape };
    }
    throw new PolyheadError('SESSION_FAILED', {
      message: `"${value.name}" of the model is ${value.isTensor ? `a ${value.type} tensor` : 'not a tensor'}, which is not supported.`,
      details: { name: value.name },
    });
  });
}

function createSessionOver(
  native: InferenceSession,
  { provider, fillsOutputs }: { readonly provider: ExecutionProvider; readonly fillsOutputs: boolean },
): Session {
  const inputs = describeValues(native.inputMetadata);
  const outputs = describeValues(native.outputMetadata.filter(({ name }) => !isStop(name)));
  const runOnce = fillsOutputs ? fillOutputs : runOrtSession;
  const running = new Set<Promise<unknown>>();
  let releasing: Promise<void> | undefined;

  return {
    inputs,
    outputs,
    provider,
    concurrency: 1,
    async run(feeds, fetches) {
      if (releasing !== undefined) throw createReleasedError();
      assertFeeds(inputs, feeds);
      const run = runOnce(native, feeds, resolveRequestedOutputs(outputs, fetches));
      running.add(run);
      try {
        return await run;
      } finally {
        running.delete(run);
      }
    },
    release() {
      releasing ??= Promise.allSettled(running).then(() => native.release());
      return releasing;
    },
  };
}

async function runOrtSession(
  native: InferenceSession,
  feeds: NamedTensors,
  { names, tensors }: RequestedOutputs,
): Promise<Record<string, Tensor>> {
  const ortFeeds = toOrtTensors(feeds);
  try {
    const results = await native.run(ortFeeds, tensors === undefined ? [...names] : toOrtTensors(tensors));
    return Object.fromEntries(names.map((name) => [name, tensors?.[name] ?? takeOutput(name, results)]));
  } catch (error) {
    throw toSessionError(error, 'run the model');
  }
}

async function fillOutputs(
  native: InferenceSession,
  feeds: NamedTensors,
  { tensors }: RequestedOutputs,
): Promise<Record<string, Tensor>> {
  if (tensors === undefined) throw createFetchError();
  const ortFeeds = toOrtTensors(feeds);
  try {
    await runWithoutCopies((fetches) => native.run(ortFeeds, fetches), toOrtTensors(tensors));
    return { ...tensors };
  } catch (error) {
    throw toSessionError(error, 'run the model');
  }
}

function takeOutput(name: string, results: InferenceSession.OnnxValueMapType): Tensor {
  const value = results[name];
  if (value === undefined) {
    throw new PolyheadError('SESSION_FAILED', { message: `The model gave no value for the output "${name}".` });
  }
  return fromOrtTensor(name, value);
}

function toOrtTensors(tensors: NamedTensors): Record<string, OrtTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toOrtTensor(name, tensor)]));
}
