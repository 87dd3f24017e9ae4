import type { BackboneConfig, SetFitSection } from '../../config/training-config.ts';
import type { CreateDifferentiableHead } from '../../finetune/heads/differentiable-head.ts';
import type { EncoderLoaders } from '../../finetune/job/encoder-loaders.ts';
import type { Stopwatch } from '../../stopwatch.ts';
import type { PreparedHead } from '../../train-heads.ts';
import type { TrainOptions } from '../../train-options.ts';
import type { OwnExamples } from '../own-examples.ts';
import type { SetFitFolders } from './job-folders.ts';

/** Few-shot training whose rows are read. */
export interface SetFitJob {
  readonly backbone: BackboneConfig;
  readonly heads: readonly PreparedHead[];
  readonly setfit: SetFitSection;
  readonly own?: OwnExamples | undefined;
  /** Heads of your own that are trained end to end, by name. @default linear */
  readonly differentiable?: Readonly<Record<string, CreateDifferentiableHead>> | undefined;
  readonly seed: number;
  /** Folder of the model. */
  readonly output: string;
}

/** A job and what it works with. */
export interface SetFitParts {
  readonly job: SetFitJob;
  readonly folders: SetFitFolders;
  readonly options: TrainOptions;
  readonly loaders: EncoderLoaders;
  readonly stopwatch: Stopwatch;
}
