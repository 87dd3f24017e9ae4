import { headTypes } from '@polyhead/heads';
import { createRandomGenerator } from '@polyhead/numerics';
import type { SetFitConfig } from '../../config/training-config.ts';
import type { EncoderLoaders } from '../../finetune/job/encoder-loaders.ts';
import { Stopwatch } from '../../stopwatch.ts';
import type { TrainOptions, TrainResult } from '../../train-options.ts';
import { loadOwnExamples } from './load-own-examples.ts';
import { prepareSetFitHeads } from './prepare-setfit-heads.ts';
import { trainSetFit } from './train-setfit.ts';

/**
 * Few-shot training as a configuration describes it: reads and checks the rows, then {@link trainSetFit}.
 * @throws {PolyheadError} errors of reading data and of `trainSetFit`
 */
export async function setfitModel(
  config: SetFitConfig,
  options: TrainOptions,
  loaders?: EncoderLoaders,
): Promise<TrainResult> {
  const stopwatch = new Stopwatch();
  const { backbone, setfit, seed, output } = config;
  const heads = await prepareSetFitHeads(config, {
    registry: options.registry ?? headTypes,
    random: createRandomGenerator(seed),
    stopwatch,
    listeners: options,
    signal: options.signal,
  });
  const own = setfit.examples === undefined ? undefined : await loadOwnExamples(setfit.examples, options.signal);
  return trainSetFit({ backbone, heads, setfit, own, seed, output }, { options, loaders, stopwatch });
}
