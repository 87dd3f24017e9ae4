import { join } from 'node:path';
import { PolyheadError, type HeadExamples, type Matrix } from '@polyhead/types';
import { peerScript, readSeconds, startPeer, type PeerProcess } from './peer-process.ts';
import { readRawFloats, writeRaw } from './raw-floats.ts';
import { openWorkFolder } from './work-folder.ts';

/** scikit-learn's logistic regression on the same embeddings. */
export interface LogisticRegressionPeer {
  readonly process: PeerProcess;
  /**
   * Fits anew; gives the seconds.
   * @param tolerance where to stop; scikit-learn's own default if absent
   */
  fit(tolerance?: number): Promise<number>;
  /** Probabilities `[rows, labels]` of the last fit. */
  predict(name: string, embeddings: Matrix): Promise<Matrix>;
}

/** What the peer is started with. */
export interface LogisticRegressionPeerOptions {
  readonly python: string;
  readonly threads: number;
  /** Names the files that hand data over. */
  readonly name: string;
}

export async function startLogisticRegressionPeer(
  { embeddings, targets }: HeadExamples,
  { python, threads, name }: LogisticRegressionPeerOptions,
): Promise<LogisticRegressionPeer> {
  const folder = await openWorkFolder(join('peer-files', name));
  const embeddingsFile = join(folder, 'train.f32');
  const targetsFile = join(folder, 'targets.bin');
  await writeRaw(embeddingsFile, embeddings.data);
  if (targets.task === 'regression') {
    throw new PolyheadError('TASK_UNSUPPORTED', { message: 'Logistic regression has no regression task.' });
  }
  await writeRaw(targetsFile, targets.task === 'multi-label' ? targets.indicators : targets.classIndices);
  const { length: labels } = targets.labels;
  const description = [embeddingsFile, embeddings.columns, targetsFile, labels, targets.task].map(String);
  const process = await startPeer({
    program: python,
    arguments: [peerScript('logistic_regression_peer.py'), ...description],
    threads,
  });
  return {
    process,
    fit: async (tolerance) =>
      readSeconds(await process.ask({ action: 'fit', ...(tolerance === undefined ? {} : { tolerance }) })),
    async predict(split, { data, rows }) {
      const input = join(folder, `${split}.f32`);
      const output = join(folder, `${split}.scores.f32`);
      await writeRaw(input, data);
      await process.ask({ action: 'predict', embeddings: input, output });
      return { data: await readRawFloats(output), rows, columns: labels };
    },
  };
}
