import { join } from 'node:path';
import { PolyheadError, type HeadExamples, type JsonObject, type Matrix } from '@polyhead/types';
import { peerScript, readSeconds, startPeer, type PeerProcess } from './peer-process.ts';
import { readRawFloats, writeRaw } from './raw-floats.ts';
import { openWorkFolder } from './work-folder.ts';

/** An estimator of scikit-learn that is measured. */
export type Estimator = 'LogisticRegression' | 'LinearSVC' | 'RidgeClassifier';

/** scikit-learn on the same embeddings. */
export interface ScikitLearnPeer {
  readonly process: PeerProcess;
  /**
   * Fits anew; gives the seconds.
   * @param settings arguments of the estimator that differ from its defaults
   */
  fit(estimator: Estimator, settings?: JsonObject): Promise<number>;
  /** Probabilities `[rows, labels]` of the last fit, or what the sigmoid or softmax makes of its decision function. */
  predict(name: string, embeddings: Matrix): Promise<Matrix>;
}

/** What the peer is started with. */
export interface ScikitLearnPeerOptions {
  readonly python: string;
  readonly threads: number;
  /** Names the files that hand data over. */
  readonly name: string;
}

export async function startScikitLearnPeer(
  { embeddings, targets }: HeadExamples,
  { python, threads, name }: ScikitLearnPeerOptions,
): Promise<ScikitLearnPeer> {
  const folder = await openWorkFolder(join('peer-files', name));
  const embeddingsFile = join(folder, 'train.f32');
  const targetsFile = join(folder, 'targets.bin');
  await writeRaw(embeddingsFile, embeddings.data);
  if (targets.task === 'regression') {
    throw new PolyheadError('TASK_UNSUPPORTED', { message: 'scikit-learn is measured on classification only.' });
  }
  await writeRaw(targetsFile, targets.task === 'multi-label' ? targets.indicators : targets.classIndices);
  const { length: labels } = targets.labels;
  const description = [embeddingsFile, embeddings.columns, targetsFile, labels, targets.task].map(String);
  const process = await startPeer({
    program: python,
    arguments: [peerScript('scikit_learn_peer.py'), ...description],
    threads,
  });
  return {
    process,
    fit: async (estimator, settings = {}) => readSeconds(await process.ask({ action: 'fit', estimator, settings })),
    async predict(split, { data, rows }) {
      const input = join(folder, `${split}.f32`);
      const output = join(folder, `${split}.scores.f32`);
      await writeRaw(input, data);
      await process.ask({ action: 'predict', embeddings: input, output });
      return { data: await readRawFloats(output), rows, columns: labels };
    },
  };
}
