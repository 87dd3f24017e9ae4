import type { LabelWording, NliLabel } from '@polyhead/data';
import type { StoredDataType } from '@polyhead/backbone';
import type { TrainingSection, TrainingSectionInput } from '../config/training-config.ts';

/** Pairs of a file, as they are or made from labelled texts. */
export interface NliSourceConfig {
  /** For reports. @default the file's name without its ending, with its folder's before it */
  readonly name: string;
  readonly file: string;
  /** `pairs` have a premise, a hypothesis and a label; `classification` has texts with labels. @default pairs */
  readonly kind: 'pairs' | 'classification';
  /** Of pairs. @default premise, hypothesis, label */
  readonly premise?: string | undefined;
  readonly hypothesis?: string | undefined;
  /** Of pairs: what values of the label column mean. @default their names */
  readonly labelNames?: Readonly<Record<string, NliLabel>> | undefined;
  /** Of classification: column with the texts. @default text */
  readonly text?: string | undefined;
  /** Column with one label a row. @default label */
  readonly label?: string | undefined;
  /** Of classification: column with any number of labels a row, in place of `label`. */
  readonly labels?: string | undefined;
  /** Of classification: only rows with these values in these columns. */
  readonly where?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Of classification: only rows with at most so many labels. */
  readonly maximumLabels?: number | undefined;
  /** Of classification: labels that stand for none; their texts are only wrong examples of others. */
  readonly ignored?: readonly string[] | undefined;
  /** Of classification: sentences with {} for the label. @default This text is about {}. */
  readonly templates?: readonly string[] | undefined;
  /** Of classification: what labels are said in. @default their names with spaces for underscores */
  readonly wordings?: Readonly<Record<string, LabelWording>> | undefined;
  /** Of classification: most texts of a label that are used. @default 500 */
  readonly perLabel?: number | undefined;
  /** Of classification: how often every text is drawn, each time with another sentence. @default 1 */
  readonly draws?: number | undefined;
  /** Of classification: share of wrong pairs whose label is among those nearest to the text. @default 0.5 */
  readonly hardShare: number;
  /** Of classification: how many labels count as nearest. @default 5 */
  readonly hardAmong: number;
  /** Share of the pairs that is used, drawn at random; of classification: of each label's texts, at least one. @default 1 */
  readonly share: number;
  /** Most pairs that are used. @default all */
  readonly limit?: number | undefined;
}

/** The checkpoint that training begins with. */
export interface NliBackboneConfig {
  /** Bundled name, folder, or Hugging Face id of an encoder or a sequence classification model. @default all-MiniLM-L6-v2 */
  readonly reference: string;
  /** Longest pair in tokens; the premise is cut. @default 128 */
  readonly maximumLength: number;
  readonly threads?: number | undefined;
}

/** Everything that decides how a model of natural language inference is trained, with all defaults filled in. */
export interface NliConfig {
  readonly task: 'nli';
  readonly backbone: NliBackboneConfig;
  /** 2: entailment and not_entailment; 3: entailment, neutral, contradiction. @default as the checkpoint has, else 2 */
  readonly classes?: 2 | 3 | undefined;
  readonly sources: readonly NliSourceConfig[];
  /** Sources that the best parameters are chosen by. @default a share of the premises of `sources` */
  readonly validation: readonly NliSourceConfig[];
  /** Share of the premises that is held out if there are no validation sources. @default 0.05 */
  readonly validationShare: number;
  /** Sources for the final figures only. @default none */
  readonly test: readonly NliSourceConfig[];
  /** Files whose pairs and texts are never trained on. Validation and test files are left out in any case. */
  readonly exclude: readonly string[];
  /** The encoder that finds hard wrong labels. @default all-MiniLM-L6-v2 */
  readonly labelEncoder: string;
  readonly training: TrainingSection;
  /** Steps after which the model is measured, beside the end of every epoch. @default only then */
  readonly validateEvery?: number | undefined;
  /** How the model's numbers are stored. @default float32 */
  readonly dataType: StoredDataType;
  /** @default 42 */
  readonly seed: number;
  /** Folder of the model. */
  readonly output: string;
}

/** A configuration with the checkpoint looked at. */
export interface ChosenNliConfig extends NliConfig {
  readonly classes: 2 | 3;
}

/** A {@link NliSourceConfig} as people write it. */
export interface NliSourceConfigInput extends Partial<NliSourceConfig> {
  readonly file: string;
}

/** An {@link NliConfig} as people write it. */
export interface NliConfigInput extends Partial<
  Omit<NliConfig, 'backbone' | 'sources' | 'validation' | 'test' | 'training'>
> {
  /** For editors. */
  readonly $schema?: string | undefined;
  readonly backbone?: string | Partial<NliBackboneConfig> | undefined;
  readonly sources: readonly (string | NliSourceConfigInput)[];
  readonly validation?: readonly (string | NliSourceConfigInput)[] | undefined;
  readonly test?: readonly (string | NliSourceConfigInput)[] | undefined;
  readonly training?: TrainingSectionInput | undefined;
  readonly output: string;
}
