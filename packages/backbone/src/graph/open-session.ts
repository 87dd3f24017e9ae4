import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists, replaceDirectory, sha256 } from '@polyhead/files';
import { withFileLock } from '@polyhead/hub';
import { encodeModel, writeModel } from '@polyhead/onnx';
import { createSession, createWorkerSession, type Session, type WorkerSessionOptions } from '@polyhead/runtime';
import type { PoolingMode } from '@polyhead/types';
import type { EncoderFiles } from '../encoder-files.ts';
import { createEncoderGraph } from './encoder-graph.ts';

/** An ONNX file of more than 2 GiB cannot be read, and float16 weights double when they are widened. */
const largeFromBytes = 700 * 1024 * 1024;

/** Raised whenever the same checkpoint gives another graph than before. */
const graphVersion = 1;

/** How the session of an encoder is opened. */
export interface OpenSessionOptions extends WorkerSessionOptions {
  readonly inWorker: boolean;
  readonly pooling: PoolingMode;
  readonly cacheDirectory: string;
  /** Digest of the encoder, which names its graph in the cache. */
  readonly digest: string;
  readonly signal: AbortSignal | undefined;
  /** @default 700 MiB of weights */
  readonly largeFrom?: number | undefined;
}

/**
 * Opens a session that gives un-normalised sentence embeddings. A large graph is written to the cache folder once, with
 * its weights beside it, and opened from there.
 */
export async function openEncoderSession(files: EncoderFiles, options: OpenSessionOptions): Promise<Session> {
  const create = options.inWorker ? createWorkerSession : createSession;
  if ((await sizeOfWeights(files)) >= (options.largeFrom ?? largeFromBytes)) {
    return create(await writeGraphOnce(files, options), options);
  }
  const graph = await createEncoderGraph(files, { pooling: options.pooling, normalize: false });
  return create(encodeModel(graph), { ...options, transferSource: true });
}

async function sizeOfWeights({ directory, weights }: EncoderFiles): Promise<number> {
  const sizes = await Promise.all(weights.map(async (path) => (await stat(join(directory, path))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function writeGraphOnce(files: EncoderFiles, options: OpenSessionOptions): Promise<string> {
  const name = sha256(`${graphVersion} ${options.digest}`).slice(0, 32);
  const directory = join(options.cacheDirectory, 'graphs', name);
  const path = join(directory, 'model.onnx');
  await withFileLock(
    `${directory}.lock`,
    async () => {
      if (await pathExists(path)) return;
      const graph = await createEncoderGraph(files, { pooling: options.pooling, normalize: false });
      await replaceDirectory(directory, (temporary) =>
        writeModel(graph, join(temporary, 'model.onnx'), { externalData: 'always' }),
      );
    },
    options.signal,
  );
  return path;
}
