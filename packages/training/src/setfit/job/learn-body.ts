import { rm } from 'node:fs/promises';
import { headTypes } from '@polyhead/heads';
import { createRandomGenerator } from '@polyhead/numerics';
import type { TrainableEncoder } from '@polyhead/types';
import { hasCheckpoint } from '../../finetune/checkpoints/checkpoint-folder.ts';
import { withCheckpoint } from '../../finetune/job/job-folder.ts';
import { keepAdapters } from '../../finetune/job/keep-adapters.ts';
import { toLearningIdentity } from '../../finetune/job/learning-identity.ts';
import { createLiveReport } from '../../finetune/job/live-report.ts';
import type { EncoderLossResult } from '../../finetune/train-encoder-with-loss.ts';
import { createBodyJudge } from '../judge-body.ts';
import { trainBody } from '../train-body.ts';
import { createTextEmbeddings, type TextEmbeddings } from '../../data/text-embeddings.ts';
import type { SetFitParts } from './setfit-job.ts';
import { assertEndToEnd } from './train-end-to-end.ts';

/** What came of the embedding phase. */
export interface LearnedBody {
  readonly training: EncoderLossResult;
  /** Texts of heads that are calibrated without validation rows, by the encoder before it learned from them. */
  readonly beforeLearning: TextEmbeddings | undefined;
  /** Undefined unless adapters are kept. */
  readonly adaptersDirectory: string | undefined;
}

/**
 * The embedding phase of a job: leaves the encoder in the folder `body`. Undefined if an earlier run has done it and was
 * stopped in the second phase.
 */
export async function learnBody(parts: SetFitParts): Promise<LearnedBody | undefined> {
  const { job, folders, options, loaders, stopwatch } = parts;
  const { onProgress, signal, logger } = options;
  const resume = options.resume === true;
  if (resume && (await hasCheckpoint(folders.classifier))) return undefined;
  const { backbone, setfit, seed, heads } = job;
  const { embedding } = setfit;
  const encoder = await stopwatch.measure('load encoder', () =>
    loaders.loadTrainable({ backbone, training: embedding, seed }, { onProgress, signal, logger }),
  );
  const live = createLiveReport(folders.root, `Training of ${job.output}`);
  try {
    await assertEndToEnd(parts, encoder.description.dimension);
    const beforeLearning = await stopwatch.measure('encode', () => encodeBeforeLearning(encoder, parts));
    const validate = await createBodyJudge({
      encoder,
      heads,
      registry: options.registry ?? headTypes,
      random: createRandomGenerator(seed).fork('judge'),
      metric: embedding.earlyStopping.metric,
      signal,
    });
    const training = await stopwatch.measure('train', () =>
      trainBody({
        encoder,
        examples: heads.map(({ data }) => data.train),
        own: job.own,
        phase: embedding,
        validate,
        seed,
        checkpoints: {
          directory: folders.embedding,
          ...embedding.checkpoints,
          resume,
          replaces: folders.root,
          identity: toLearningIdentity({ backbone, training: embedding }),
        },
        signal,
        ...live.watch(options),
      }),
    );
    await live.close('The encoder has learned; heads follow.');
    const adaptersDirectory = await stopwatch.measure('save encoder', async () => {
      await rm(folders.body, { recursive: true, force: true });
      await encoder.saveEncoder(folders.body);
      return keepAdapters(encoder, embedding.lora, folders.adapters);
    });
    return { training, beforeLearning, adaptersDirectory };
  } catch (error) {
    await live.close('Stopped.');
    throw await withCheckpoint(error, folders.embedding);
  } finally {
    await encoder.release();
  }
}

/** A checkpoint is taken up later, so that this is the encoder that the job begins with, also where a job goes on. */
async function encodeBeforeLearning(
  encoder: TrainableEncoder,
  { job, options: { signal } }: SetFitParts,
): Promise<TextEmbeddings | undefined> {
  if (job.setfit.endToEnd !== undefined) return undefined;
  const calibrated = job.heads.filter(
    ({ config, data }) => config.calibrate && data.validation === undefined && data.train.targets.task !== 'regression',
  );
  if (calibrated.length === 0) return undefined;
  const texts = [...new Set(calibrated.flatMap(({ data }) => data.train.texts))];
  const encodings = await encoder.tokenize(texts, { signal });
  const truncated = Uint8Array.from(encodings, (encoding) => (encoding.truncated ? 1 : 0));
  return createTextEmbeddings(texts, await encoder.encode(encodings, { signal }), truncated);
}
