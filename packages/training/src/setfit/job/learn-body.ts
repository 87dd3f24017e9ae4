import { rm } from 'node:fs/promises';
import { headTypes } from '@polyhead/heads';
import { createRandomGenerator } from '@polyhead/numerics';
import { hasCheckpoint } from '../../finetune/checkpoints/checkpoint-folder.ts';
import { withCheckpoint } from '../../finetune/job/job-folder.ts';
import { toLearningIdentity } from '../../finetune/job/learning-identity.ts';
import { createLiveReport } from '../../finetune/job/live-report.ts';
import type { EncoderLossResult } from '../../finetune/train-encoder-with-loss.ts';
import { createBodyJudge } from '../judge-body.ts';
import { trainBody } from '../train-body.ts';
import type { SetFitParts } from './setfit-job.ts';
import { assertEndToEnd } from './train-end-to-end.ts';

/**
 * The embedding phase of a job: leaves the encoder in the folder `body`. Undefined if an earlier run has done it and was
 * stopped in the second phase.
 */
export async function learnBody(parts: SetFitParts): Promise<EncoderLossResult | undefined> {
  const { job, folders, options, loaders, stopwatch } = parts;
  const { onProgress, signal, logger } = options;
  const resume = options.resume === true;
  if (resume && (await hasCheckpoint(folders.classifier))) return undefined;
  if (!resume) await rm(folders.root, { recursive: true, force: true });
  const { backbone, setfit, seed, heads } = job;
  const { embedding } = setfit;
  const encoder = await stopwatch.measure('load encoder', () =>
    loaders.loadTrainable({ backbone, training: embedding, seed }, { onProgress, signal, logger }),
  );
  const live = createLiveReport(folders.root, `Training of ${job.output}`);
  try {
    await assertEndToEnd(parts, encoder.description.dimension);
    const validate = await createBodyJudge({
      encoder,
      heads,
      registry: options.registry ?? headTypes,
      random: createRandomGenerator(seed).fork('judge'),
      metric: embedding.earlyStopping.metric,
      signal,
    });
    const result = await stopwatch.measure('train', () =>
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
          identity: toLearningIdentity({ backbone, training: embedding }),
        },
        signal,
        ...live.watch(options),
      }),
    );
    await live.close('The encoder has learned; heads follow.');
    await stopwatch.measure('save encoder', async () => {
      await rm(folders.body, { recursive: true, force: true });
      await encoder.saveEncoder(folders.body);
    });
    return result;
  } catch (error) {
    await live.close('Stopped.');
    throw await withCheckpoint(error, folders.embedding);
  } finally {
    await encoder.release();
  }
}
