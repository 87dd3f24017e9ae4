import type { JsonObject, LongTextStrategy, PoolingMode, Task } from '@polyhead/types';
import type { ClassWeightConfig, LossConfig, LossName } from '../finetune/heads/head-settings.ts';
import type { EarlyStoppingConfig, OptimizationSettings, TaskWeighting } from '../finetune/settings.ts';
import type { EmbeddingPhase, EmbeddingPhaseInput, EndToEndPhase } from '../setfit/settings.ts';

/** What a tuned threshold maximises. */
export type ThresholdMetric = 'f1' | 'f0.5' | 'f2' | 'balanced_accuracy';

/**
 * When a head gives no answer: where its best label has less than this probability, or where it must so that the answers are right
 * as often as this on the validation rows.
 */
export type AbstainConfig = number | { readonly accuracy: number };

/** Which columns of a data file hold what. At most one of `label`, `labels`, `labelColumns` and `value` is given. */
export interface ColumnsConfig {
  /** Column with the text. @default text */
  readonly text?: string | undefined;
  /** Column with one label a row. @default label */
  readonly label?: string | undefined;
  /** Column with any number of labels a row: a list, or text with a delimiter. */
  readonly labels?: string | undefined;
  /** One 0/1 column a label. */
  readonly labelColumns?: readonly string[] | undefined;
  /** Column with a number, for regression. */
  readonly value?: string | undefined;
  /** What separates labels inside one cell. */
  readonly delimiter?: string | undefined;
}

/** Where the rows of one head come from. */
export interface DataConfig extends ColumnsConfig {
  readonly train: string;
  /** @default a share of the training rows */
  readonly validation?: string | undefined;
  /** Only for the final figures. */
  readonly test?: string | undefined;
  /** Share of the training rows held out when there is no validation file; 0 holds none out. @default 0.2 */
  readonly validationShare: number;
  /** All labels in the order wanted. @default those in the training file */
  readonly labelList?: readonly string[] | undefined;
  /** Whether rows that cannot be used are skipped and reported, or stop the job. @default skip; fail for method setfit with one head */
  readonly onBrokenRow: 'skip' | 'fail';
}

/** One head to train. */
export interface HeadConfig {
  /** @default what the column of its targets says */
  readonly task?: Task | undefined;
  /** @default logistic-regression; linear for method finetune */
  readonly type: string;
  /** Options of the head type; for method frozen. @default {} */
  readonly options: JsonObject;
  /** For method finetune. @default cross-entropy, binary-cross-entropy or mean-squared-error */
  readonly loss?: LossName | LossConfig | undefined;
  /** What its loss counts in the sum; for method finetune. @default 1 */
  readonly weight?: number | undefined;
  /** For method finetune. @default none */
  readonly classWeight?: ClassWeightConfig | undefined;
  readonly data: DataConfig;
  /** Multi-label heads only. */
  readonly thresholds: {
    /** @default true */
    readonly tune: boolean;
    /** @default f1 */
    readonly metric: ThresholdMetric;
  };
  /** Whether scores are calibrated by a temperature; classification heads only. @default true */
  readonly calibrate: boolean;
  /** Single-label heads only. @default the head always answers */
  readonly abstain?: AbstainConfig | undefined;
  /** Names to show instead of the labels. */
  readonly displayNames?: Readonly<Record<string, string>> | undefined;
}

/** The encoder and how it is used. Settings left out come from the model's own files. */
export interface BackboneConfig {
  /** Bundled name, folder, or Hugging Face id with optional @revision. @default all-MiniLM-L6-v2 */
  readonly reference: string;
  readonly pooling?: PoolingMode | undefined;
  /** @default the model's own; false for method finetune */
  readonly normalize?: boolean | undefined;
  /** Longest text in tokens. @default the model's own; 128 for method finetune */
  readonly maximumLength?: number | undefined;
  readonly prompt?: string | undefined;
  /** @default truncate */
  readonly longText: LongTextStrategy;
  /** Takes the checkpoint's own `onnx/model.onnx` instead of building the graph. @default only without safetensors */
  readonly useOnnxFile?: boolean | undefined;
  readonly threads?: number | undefined;
  readonly provider?: 'cpu' | 'cuda' | 'webgpu' | 'coreml' | 'dml' | undefined;
}

/** What of an encoder learns. */
export type TrainableParts = 'all' | 'biases' | 'none' | { readonly lastLayers: number };

/** Low-rank adapters, with all defaults filled in. */
export interface LoraConfig {
  /** @default 8 */
  readonly rank: number;
  /** Adapters count alpha / rank times. @default 16 */
  readonly alpha: number;
  /** Whether they are kept in the folder `adapters` of the model too. @default false */
  readonly keepAdapters: boolean;
}

/** What of an encoder learns, and within which limits. */
export interface EncoderLearning {
  /** @default all */
  readonly trainable: TrainableParts;
  /** Each layer below the last learns at this share of the rate of the layer above. @default 1 */
  readonly layerDecay?: number | undefined;
  /** Dropout inside the encoder. @default what its configuration says */
  readonly encoderDropout?: number | undefined;
  readonly checkpoints: {
    /** @default 200 */
    readonly everySteps: number;
    /** @default 2 */
    readonly keep: number;
  };
  /** Megabytes for parameters, gradients, optimizer state and activations. @default half of the free memory */
  readonly memoryBudget?: number | undefined;
  /** Tokens that go through the encoder at once. */
  readonly microBatchTokens?: number | undefined;
  /** Low-rank adapters on the attention, trained in place of the weights. */
  readonly lora?: LoraConfig | undefined;
  /** Token embeddings that a batch does not use are left alone by the optimizer. @default false */
  readonly lazyEmbeddings: boolean;
}

/** How encoder and heads are trained together, with all defaults filled in. */
export interface TrainingSection extends OptimizationSettings, EncoderLearning {}

/** Examples made from the names of labels. */
export interface TemplateConfig {
  /** `{}` stands for the label. @default This sentence is {} */
  readonly template: string;
  /** Examples a label. @default 8 */
  readonly perLabel: number;
}

/** Few-shot training, with all defaults filled in. */
export interface SetFitSection {
  /** Training rows a class, drawn at random. @default all rows */
  readonly shots?: number | undefined;
  /** @default no such examples */
  readonly templates?: TemplateConfig | undefined;
  /**
   * File with pairs or triplets of your own: columns `first`, `second` and `similarity`, or `anchor`, `positive` and
   * `negative`.
   */
  readonly examples?: string | undefined;
  /** How the encoder learns first. */
  readonly embedding: EmbeddingPhase & EncoderLearning;
  /** Trains encoder and linear heads together afterwards. @default heads are fitted on the encoder as it is then */
  readonly endToEnd?: EndToEndPhase | undefined;
}

/** What every method has. */
export interface JobConfig {
  readonly backbone: BackboneConfig;
  /** By head name: lower-case letters, digits, - and _. */
  readonly heads: Readonly<Record<string, HeadConfig>>;
  /** @default 42 */
  readonly seed: number;
  /** Folder of the model. */
  readonly output: string;
  /** Whether the encoder is copied into the model folder. @default false; always true for method finetune */
  readonly selfContained: boolean;
  /** Whether embeddings are kept on disk for the next run; a string names the folder. @default true */
  readonly embeddingCache: boolean | string;
}

/** A job that trains heads on the embeddings of an encoder that stays as it is. */
export interface FrozenConfig extends JobConfig {
  readonly method: 'frozen';
}

/** A job that trains an encoder and its heads together. */
export interface FinetuneConfig extends JobConfig {
  readonly method: 'finetune';
  readonly training: TrainingSection;
  /** @default given */
  readonly weights: TaskWeighting;
}

/** A head of few-shot training. Its training file may be left out if examples are made from its labels. */
export interface SetFitHeadConfig extends Omit<HeadConfig, 'data'> {
  readonly data: Omit<DataConfig, 'train'> & Partial<Pick<DataConfig, 'train'>>;
}

/** A job that teaches an encoder by comparing few texts with each other, and then fits heads on it. */
export interface SetFitConfig extends Omit<JobConfig, 'heads'> {
  readonly method: 'setfit';
  readonly heads: Readonly<Record<string, SetFitHeadConfig>>;
  readonly setfit: SetFitSection;
}

/** Everything that decides what a training job does, with all defaults filled in. */
export type TrainingConfig = FrozenConfig | FinetuneConfig | SetFitConfig;

/** A {@link HeadConfig} as people write it: defaults may be left out, and what all heads share may stand in one place. */
export interface HeadConfigInput extends Partial<Omit<HeadConfig, 'data' | 'thresholds'>> {
  readonly data?: Partial<DataConfig> | undefined;
  readonly thresholds?: Partial<HeadConfig['thresholds']> | undefined;
}

/** A {@link TrainingSection} as people write it. */
export interface TrainingSectionInput extends Partial<Omit<TrainingSection, 'earlyStopping' | 'checkpoints' | 'lora'>> {
  readonly earlyStopping?: Partial<EarlyStoppingConfig> | undefined;
  readonly checkpoints?: Partial<TrainingSection['checkpoints']> | undefined;
  readonly lora?: Partial<LoraConfig> | undefined;
}

/** A {@link SetFitSection} as people write it. */
export interface SetFitSectionInput extends Partial<Omit<SetFitSection, 'templates' | 'embedding' | 'endToEnd'>> {
  readonly templates?: Partial<TemplateConfig> | undefined;
  readonly embedding?:
    | (EmbeddingPhaseInput &
        Pick<TrainingSectionInput, 'checkpoints' | 'lora'> &
        Partial<Omit<EncoderLearning, 'checkpoints' | 'lora'>>)
    | undefined;
  readonly endToEnd?: Partial<EndToEndPhase> | undefined;
}

/** A {@link TrainingConfig} as people write it: defaults may be left out, and a backbone may be just its reference. */
export interface TrainingConfigInput {
  readonly $schema?: string | undefined;
  readonly method?: 'frozen' | 'finetune' | 'setfit' | undefined;
  readonly backbone?: string | Partial<BackboneConfig> | undefined;
  /** Where rows come from, for all heads that do not say otherwise. */
  readonly data?: Partial<DataConfig> | undefined;
  readonly heads: Readonly<Record<string, HeadConfigInput>>;
  readonly training?: TrainingSectionInput | undefined;
  readonly setfit?: SetFitSectionInput | undefined;
  readonly weights?: TaskWeighting | undefined;
  readonly seed?: number | undefined;
  readonly output: string;
  readonly selfContained?: boolean | undefined;
  readonly embeddingCache?: boolean | string | undefined;
}
