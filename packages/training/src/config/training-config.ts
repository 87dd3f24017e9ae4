import type { JsonObject, LongTextStrategy, PoolingMode } from '@polyhead/types';

/** What a tuned threshold maximises. */
export type ThresholdMetric = 'f1' | 'f0.5' | 'f2' | 'balanced_accuracy';

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
  /** Share of the training rows held out when there is no validation file. @default 0.2 */
  readonly validationShare: number;
  /** All labels in the order wanted. @default those in the training file */
  readonly labelList?: readonly string[] | undefined;
  /** Whether rows that cannot be used are skipped and reported, or stop the job. @default skip */
  readonly onBrokenRow: 'skip' | 'fail';
}

/** One head to train. */
export interface HeadConfig {
  /** @default logistic-regression */
  readonly type: string;
  /** Options of the head type. @default {} */
  readonly options: JsonObject;
  readonly data: DataConfig;
  /** Multi-label heads only. */
  readonly thresholds: {
    /** @default true */
    readonly tune: boolean;
    /** @default f1 */
    readonly metric: ThresholdMetric;
  };
  /** Names to show instead of the labels. */
  readonly displayNames?: Readonly<Record<string, string>> | undefined;
}

/** The encoder and how it is used. Settings left out come from the model's own files. */
export interface BackboneConfig {
  /** Bundled name, folder, or Hugging Face id with optional @revision. @default all-MiniLM-L6-v2 */
  readonly reference: string;
  readonly pooling?: PoolingMode | undefined;
  readonly normalize?: boolean | undefined;
  /** Longest text in tokens. */
  readonly maximumLength?: number | undefined;
  readonly prompt?: string | undefined;
  /** @default truncate */
  readonly longText: LongTextStrategy;
  /** Takes the checkpoint's own `onnx/model.onnx` instead of building the graph. @default only without safetensors */
  readonly useOnnxFile?: boolean | undefined;
  readonly threads?: number | undefined;
  readonly provider?: 'cpu' | 'cuda' | 'webgpu' | 'coreml' | 'dml' | undefined;
}

/** Everything that decides what a training job does, with all defaults filled in. */
export interface TrainingConfig {
  /** `frozen`: the encoder stays as it is and heads learn on its embeddings. */
  readonly method: 'frozen';
  readonly backbone: BackboneConfig;
  /** By head name: lower-case letters, digits, - and _. */
  readonly heads: Readonly<Record<string, HeadConfig>>;
  /** @default 42 */
  readonly seed: number;
  /** Folder of the model. */
  readonly output: string;
  /** Whether the encoder is copied into the model folder. @default false */
  readonly selfContained: boolean;
  /** Whether embeddings are kept on disk for the next run; a string names the folder. @default true */
  readonly embeddingCache: boolean | string;
}

/** A {@link HeadConfig} as people write it: defaults may be left out. */
export interface HeadConfigInput {
  readonly type?: string | undefined;
  readonly options?: JsonObject | undefined;
  readonly data: Omit<DataConfig, 'validationShare' | 'onBrokenRow'> &
    Partial<Pick<DataConfig, 'validationShare' | 'onBrokenRow'>>;
  readonly thresholds?: Partial<HeadConfig['thresholds']> | undefined;
  readonly displayNames?: Readonly<Record<string, string>> | undefined;
}

/** A {@link TrainingConfig} as people write it: defaults may be left out, and a backbone may be just its reference. */
export interface TrainingConfigInput {
  readonly $schema?: string | undefined;
  readonly method?: 'frozen' | undefined;
  readonly backbone?: string | Partial<BackboneConfig> | undefined;
  readonly heads: Readonly<Record<string, HeadConfigInput>>;
  readonly seed?: number | undefined;
  readonly output: string;
  readonly selfContained?: boolean | undefined;
  readonly embeddingCache?: boolean | string | undefined;
}
