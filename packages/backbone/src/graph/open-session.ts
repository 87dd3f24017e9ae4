import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { listFiles, pathExists, replaceDirectory, sha256, withFileLock } from '@polyhead/files';
import { encodeModel, writeModel, type OnnxModel } from '@polyhead/onnx';
import { createSessionTeam, type Session, type SessionOptions } from '@polyhead/runtime';
import type { PoolingMode } from '@polyhead/types';
import type { EncoderFiles } from '../encoder-files.ts';
import { chooseWorkers, measureFreeMemory } from './choose-workers.ts';
import { createEncoderGraph } from './encoder-graph.ts';

/** An ONNX file of more than 2 GiB cannot be read, and float16 weights double when they are widened. */
const largeFromBytes = 700 * 1024 * 1024;

/** Raised whenever the same checkpoint gives another graph than before. */
const graphVersion = 2;

/** How the session of a model is opened. */
export interface OpenSessionOptions extends SessionOptions {
  readonly cacheDirectory: string;
  /** Digest of the model, which names its graph in the cache. */
  readonly digest: string;
  readonly signal: AbortSignal | undefined;
  /** @default 700 MiB of weights */
  readonly largeFrom?: number | undefined;
}

/** What a session is opened from. */
export interface SessionSource {
  readonly files: EncoderFiles;
  readonly createGraph: () => Promise<OnnxModel>;
}

/** Opens a session that gives un-normalised sentence embeddings; see {@link openModelSession}. */
export function openEncoderSession(
  files: EncoderFiles,
  options: OpenSessionOptions & { readonly pooling: PoolingMode },
): Promise<Session> {
  const createGraph = (): Promise<OnnxModel> =>
    createEncoderGraph(files, { pooling: options.pooling, normalize: false });
  return openModelSession({ files, createGraph }, options);
}

/**
 * Opens a session in worker threads. A large graph is written to the cache folder once, with its weights beside it, and
 * opened from there.
 */
export async function openModelSession(source: SessionSource, options: OpenSessionOptions): Promise<Session> {
  const { directory, weights } = source.files;
  if ((await sizeOf(directory, weights)) >= (options.largeFrom ?? largeFromBytes)) {
    const path = await writeGraphOnce(source, options);
    const folder = dirname(path);
    return openTeam(path, await sizeOf(folder, await listFiles(folder)), options);
  }
  const bytes = encodeModel(await source.createGraph());
  return openTeam(bytes, bytes.length, options);
}

function openTeam(source: Uint8Array | string, modelBytes: number, options: OpenSessionOptions): Promise<Session> {
  const { provider = 'cpu', threads = availableParallelism(), logger } = options;
  // On a device, copies of the model would compete for the same memory and the same units.
  const workers = provider === 'cpu' ? chooseWorkers({ threads, modelBytes, freeBytes: measureFreeMemory() }) : 1;
  return createSessionTeam(source, { provider, threads, logger, workers, transferSource: true });
}

async function sizeOf(directory: string, paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(join(directory, path))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function writeGraphOnce({ createGraph }: SessionSource, options: OpenSessionOptions): Promise<string> {
  const name = sha256(`${graphVersion} ${options.digest}`).slice(0, 32);
  const directory = join(options.cacheDirectory, 'graphs', name);
  const path = join(directory, 'model.onnx');
  await withFileLock(
    `${directory}.lock`,
    async () => {
      if (await pathExists(path)) return;
      const graph = await createGraph();
      await replaceDirectory(directory, (temporary) =>
        writeModel(graph, join(temporary, 'model.onnx'), { externalData: 'always' }),
      );
    },
    options.signal,
  );
  return path;
}
