import { rm } from 'node:fs/promises';
import { createRandomGenerator } from '@polyhead/numerics';
import type { FittedHead, LabeledTexts } from '@polyhead/types';
import { hasCheckpoint } from '../../finetune/checkpoints/checkpoint-folder.ts';
import { finetune, type FinetuneHeadOptions, type FinetuneResult } from '../../finetune/finetune.ts';
import { assertHeadLogits } from '../../finetune/heads/assert-head-logits.ts';
import { createJointHeads } from '../../finetune/heads/create-joint-heads.ts';
import type { JointExamples } from '../../finetune/heads/joint-examples.ts';
import { withCheckpoint } from '../../finetune/job/job-folder.ts';
import { toLearningIdentity } from '../../finetune/job/learning-identity.ts';
import type { PreparedHead } from '../../train-heads.ts';
import type { SetFitParts } from './setfit-job.ts';

/** What came of training encoder and heads together. */
export interface EndToEndResult {
  readonly heads: Readonly<Record<string, FittedHead>>;
  readonly training: FinetuneResult;
}

/**
 * Checks the heads of the second phase, if the job has one, so that they do not fail only after the first.
 * @param dimension of the embeddings
 * @throws {PolyheadError} SHAPE_MISMATCH, INVALID_ARGUMENT, UNKNOWN_LABEL and others of making heads
 */
export async function assertEndToEnd(parts: SetFitParts, dimension: number): Promise<void> {
  const { heads, setfit, seed } = parts.job;
  if (setfit.endToEnd === undefined) return;
  const examples = toJointExamples(heads.map(({ name, data }) => ({ name, rows: data.train })));
  const settings = Object.fromEntries(heads.map((head) => [head.name, toHeadOptions(head, parts)]));
  const random = createRandomGenerator(seed);
  await assertHeadLogits(createJointHeads(examples, { settings, dimension, weighting: 'given', random }));
}

/**
 * The second phase of a job where it trains the encoder too: begins with the encoder in the folder `body` and leaves it in
 * the folder `encoder`. Undefined if the job has no such phase.
 */
export async function trainEndToEnd(parts: SetFitParts): Promise<EndToEndResult | undefined> {
  const { job, folders, options, loaders, stopwatch } = parts;
  const { endToEnd, embedding } = job.setfit;
  if (endToEnd === undefined) return undefined;
  const { onProgress, signal, logger } = options;
  const training = { ...embedding, ...endToEnd, optimizer: 'adamw' as const };
  const backbone = { ...job.backbone, reference: folders.body };
  const encoder = await loaders.loadTrainable({ backbone, training, seed: job.seed }, { onProgress, signal, logger });
  const validation = toJointExamples(job.heads.map(({ name, data }) => ({ name, rows: data.validation })));
  try {
    const resume = options.resume === true && (await hasCheckpoint(folders.classifier));
    const result = await stopwatch.measure('train end to end', () =>
      finetune({
        encoder,
        train: toJointExamples(job.heads.map(({ name, data }) => ({ name, rows: data.train }))),
        validation: validation.texts.length === 0 ? undefined : validation,
        heads: Object.fromEntries(job.heads.map((head) => [head.name, toHeadOptions(head, parts)])),
        settings: { ...endToEnd, dropout: 0, earlyStopping: embedding.earlyStopping },
        seed: job.seed,
        checkpoints: {
          directory: folders.classifier,
          ...embedding.checkpoints,
          atEpochs: false,
          resume,
          identity: toLearningIdentity({ backbone, training }),
        },
        signal,
        onProgress,
        onEpoch: options.onEpoch,
        onStep: options.onStep,
      }),
    );
    await rm(folders.trained, { recursive: true, force: true });
    await encoder.saveEncoder(folders.trained);
    return { heads: result.heads, training: result };
  } catch (error) {
    throw await withCheckpoint(error, folders.classifier);
  } finally {
    await encoder.release();
  }
}

function toHeadOptions({ name, config }: PreparedHead, { job }: SetFitParts): FinetuneHeadOptions {
  const { loss, weight, classWeight, thresholds } = config;
  const metric = thresholds.tune ? thresholds.metric : ('none' as const);
  return { head: job.differentiable?.[name], loss, weight, classWeight, thresholds: metric };
}

interface HeadPart {
  readonly name: string;
  readonly rows: LabeledTexts | undefined;
}

/** The rows of all heads, one after the other. */
function toJointExamples(parts: readonly HeadPart[]): JointExamples {
  const texts: string[] = [];
  const heads: Record<string, JointExamples['heads'][string]> = {};
  for (const { name, rows } of parts) {
    if (rows === undefined) continue;
    const start = texts.length;
    texts.push(...rows.texts);
    heads[name] = { targets: rows.targets, rows: Int32Array.from(rows.texts.keys(), (row) => start + row) };
  }
  return { texts, heads };
}
