import { headTypes } from '@polyhead/heads';
import { PolyheadError, type JsonObject, type LabeledTexts } from '@polyhead/types';
import { parseTrainingConfig } from '../config/parse-config.ts';
import type { BackboneConfig, HeadConfig, SetFitConfig, SetFitSectionInput } from '../config/training-config.ts';
import type { HeadData } from '../data/head-data.ts';
import type { CreateDifferentiableHead } from '../finetune/heads/differentiable-head.ts';
import type { EncoderLoaders } from '../finetune/job/encoder-loaders.ts';
import { Stopwatch } from '../stopwatch.ts';
import type { TrainOptions, TrainResult } from '../train-options.ts';
import { prepareFewShotHeads, type FewShotHead } from './job/prepare-few-shot-heads.ts';
import { trainSetFit } from './job/train-setfit.ts';
import type { OwnExamples } from './own-examples.ts';

/** How one head is fitted on the encoder that few texts taught. */
export interface SetFitHeadOptions extends Partial<Omit<HeadConfig, 'data' | 'task' | 'thresholds' | 'options'>> {
  /** Options of the head type. */
  readonly options?: JsonObject | undefined;
  readonly thresholds?: Partial<HeadConfig['thresholds']> | undefined;
  /** With `endToEnd`: a head of your own in TensorFlow.js operations. @default `differentiableLinear()` */
  readonly differentiable?: CreateDifferentiableHead | undefined;
}

/** What {@link SetFitTrainer} is made with: the two phases and what they have in common. */
export interface SetFitTrainerOptions extends Omit<SetFitSectionInput, 'shots' | 'templates' | 'examples'> {
  /** The encoder to begin with. @default all-MiniLM-L6-v2 */
  readonly backbone?: string | Partial<BackboneConfig> | undefined;
  /** By head name. @default logistic regression */
  readonly heads?: Readonly<Record<string, SetFitHeadOptions>> | undefined;
  /** Pairs or triplets of your own, beside those that are drawn from the texts. */
  readonly own?: OwnExamples | undefined;
  /** @default 42 */
  readonly seed?: number | undefined;
}

/** The rows of one head. */
export interface SetFitRows {
  readonly train: LabeledTexts;
  /** Decides which encoder is best, and thresholds. @default thresholds by cross-validation */
  readonly validation?: LabeledTexts | undefined;
  readonly test?: LabeledTexts | undefined;
}

/** What {@link SetFitTrainer.train} may be given beside the rows. */
export interface SetFitTrainOptions extends TrainOptions {
  /** Folder of the model; `loadModel` of @polyhead/model opens it. */
  readonly output: string;
}

/**
 * Few-shot training of classifiers on texts in memory. A model is trained in two phases: the encoder learns by comparing
 * texts with each other, then heads are fitted on it, or trained together with it (`endToEnd`).
 */
export class SetFitTrainer {
  readonly options: SetFitTrainerOptions;
  readonly #loaders: EncoderLoaders | undefined;

  /** @param loaders where encoders come from; for tests */
  constructor(options: SetFitTrainerOptions = {}, loaders?: EncoderLoaders) {
    this.options = options;
    this.#loaders = loaders;
  }

  /**
   * Trains one head per entry of `rows` on one encoder, and writes a model folder.
   * @throws {PolyheadError} INVALID_CONFIGURATION, INVALID_ARGUMENT, HEAD_NOT_FOUND, TOO_FEW_CLASSES, TOO_FEW_EXAMPLES,
   * CONFLICTING_LABELS, INVALID_TEXT, TASK_UNSUPPORTED, SHAPE_MISMATCH, TRAINING_DIVERGED, OUTPUT_EXISTS, ABORTED
   */
  async train(rows: Readonly<Record<string, SetFitRows>>, options: SetFitTrainOptions): Promise<TrainResult> {
    const { backbone, heads, setfit, seed, output } = this.#toConfig(Object.keys(rows), options.output);
    const registry = options.registry ?? headTypes;
    const given = Object.entries(rows).flatMap(([name, { train, validation, test }]): FewShotHead[] => {
      const config = heads[name];
      if (config === undefined) return [];
      const data: HeadData = { train, validation, test, validationSource: 'validation rows given', problems: [] };
      return [{ name, config, data }];
    });
    const prepared = prepareFewShotHeads(given, { registry, listeners: options });
    const { own } = this.options;
    const job = { backbone, heads: prepared, setfit, own, differentiable: this.#differentiable(), seed, output };
    return trainSetFit(job, { options, loaders: this.#loaders, stopwatch: new Stopwatch() });
  }

  #toConfig(names: readonly string[], output: string): SetFitConfig {
    const { backbone, heads = {}, embedding, endToEnd, seed } = this.options;
    const unknown = Object.keys(heads).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new PolyheadError('HEAD_NOT_FOUND', {
        message: `There are options for the head "${unknown}", but no rows of it.`,
        remedy: `There are rows of ${names.join(', ')}.`,
        details: { head: unknown },
      });
    }
    assertLearning(heads, endToEnd !== undefined);
    const inputs = names.map((name) => {
      const { type, options, loss, weight, classWeight, thresholds, calibrate, abstain, displayNames } =
        heads[name] ?? {};
      // The rows are in memory; a configuration must name a place.
      const data = { train: 'memory' };
      const decision = { thresholds, calibrate, abstain };
      return [name, { type, options, loss, weight, classWeight, ...decision, displayNames, data }] as const;
    });
    const config = parseTrainingConfig(
      {
        method: 'setfit',
        backbone,
        heads: Object.fromEntries(inputs),
        setfit: { ...(embedding === undefined ? {} : { embedding }), ...(endToEnd === undefined ? {} : { endToEnd }) },
        seed,
        output,
      },
      'What the trainer was given',
    );
    if (config.method === 'setfit') return config;
    throw new PolyheadError('INTERNAL', { message: `The method is ${config.method}.` });
  }

  #differentiable(): Readonly<Record<string, CreateDifferentiableHead>> {
    const entries = Object.entries(this.options.heads ?? {}).flatMap(([name, { differentiable }]) =>
      differentiable === undefined ? [] : [[name, differentiable] as const],
    );
    return Object.fromEntries(entries);
  }
}

/** A head that learns with the encoder needs a phase in which it does. */
function assertLearning(heads: Readonly<Record<string, SetFitHeadOptions>>, endToEnd: boolean): void {
  const own = Object.entries(heads).find(([, { differentiable }]) => differentiable !== undefined);
  if (own === undefined || endToEnd) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `Head "${own[0]}" is a differentiable one of your own, but nothing is trained end to end.`,
    remedy: 'Add endToEnd ({} for its defaults), or name a type of head that is fitted on the encoder.',
    details: { head: own[0] },
  });
}
