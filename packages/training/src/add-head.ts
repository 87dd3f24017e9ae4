import { addHeadsToModel, assertModelTarget, loadModel, readManifest } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import { headTypes } from '@polyhead/heads';
import { PolyheadError } from '@polyhead/types';
import { parseTrainingConfig } from './config/parse-config.ts';
import type { HeadConfig, HeadConfigInput } from './config/training-config.ts';
import { toSavedHead } from './heads/saved-head.ts';
import { Stopwatch } from './stopwatch.ts';
import { withCache } from './train-model.ts';
import type { TrainOptions, TrainResult } from './train-options.ts';
import { toRunReport } from './run-report.ts';
import { prepareHeads, trainHeads } from './train-heads.ts';

/** How a head is added. */
export interface AddHeadOptions extends Omit<TrainOptions, 'resume'> {
  /** Lower-case letters, digits, - and _. */
  readonly name: string;
  readonly head: HeadConfigInput | HeadConfig;
  /** True to train a head that is there again, false to refuse it. @default false */
  readonly replace?: boolean;
  /** @default 42 */
  readonly seed?: number;
  /** @default true */
  readonly embeddingCache?: boolean | string;
}

/**
 * Trains one head on a saved model's encoder and puts it into the folder. The other heads' files keep their bytes.
 * @throws {PolyheadError} HEAD_EXISTS, HEAD_NOT_FOUND (with `replace`), MODEL_ENCODER_MISMATCH if the model got another
 * encoder meanwhile, and errors of training
 */
export async function addHead(directory: string, options: AddHeadOptions): Promise<TrainResult> {
  const { name, head } = options;
  const config = parseTrainingConfig({ heads: { [name]: head }, output: directory }, 'The new head');
  const names = await assertPlace(directory, name, options.replace ?? false);
  await assertModelTarget(directory);
  const stopwatch = new Stopwatch();
  const context = {
    registry: options.registry ?? headTypes,
    random: createRandomGenerator(options.seed ?? config.seed),
    stopwatch,
    listeners: options,
    signal: options.signal,
    besideOthers: names.some((other) => other !== name),
  };
  const prepared = await prepareHeads(config.heads, context);
  const model = await stopwatch.measure('load model', () =>
    loadModel(directory, { registry: context.registry, logger: options.logger }),
  );
  try {
    const { trained, counts } = await trainHeads(prepared, {
      ...context,
      encoder: withCache(model.encoder, options.embeddingCache ?? true),
    });
    const seconds = stopwatch.toJson();
    await addHeadsToModel(directory, {
      heads: trained.map(toSavedHead),
      replace: options.replace ?? false,
      seconds,
      counts: counts.heads,
      manifest: model.manifest,
    });
    return { heads: trained, directory, report: toRunReport(trained, seconds, counts) };
  } finally {
    await model.release();
  }
}

/** The names of the heads that are there. */
async function assertPlace(directory: string, name: string, replace: boolean): Promise<readonly string[]> {
  const names = (await readManifest(directory)).heads.map((head) => head.name);
  if (!replace && names.includes(name)) {
    throw new PolyheadError('HEAD_EXISTS', {
      message: `The model in "${directory}" already has a head "${name}".`,
      remedy: 'Choose another name, or train it again with "polyhead head train".',
      details: { head: name },
    });
  }
  if (replace && !names.includes(name)) {
    throw new PolyheadError('HEAD_NOT_FOUND', {
      message: `The model in "${directory}" has no head "${name}" to train again.`,
      remedy: `It has: ${names.join(', ')}. A new one is added with "polyhead head add".`,
      details: { head: name, heads: names },
    });
  }
  return names;
}
