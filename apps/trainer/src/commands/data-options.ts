import type { AbstainConfig, BackboneConfig, HeadConfigInput } from '@polyhead/training';
import { PolyheadError, type JsonObject, type JsonValue } from '@polyhead/types';
import { InvalidArgumentError, type Command } from 'commander';

/** Flags that name the columns of a data file. */
export interface ColumnFlags {
  readonly text?: string;
  readonly label?: string;
  readonly labels?: string;
  readonly labelColumns?: string;
  readonly value?: string;
  readonly delimiter?: string;
}

/** Flags that describe one head and its data. */
export interface HeadFlags extends ColumnFlags {
  /** One file, but for tasks that take several. */
  readonly data?: readonly string[];
  readonly validation?: string;
  readonly test?: string;
  readonly validationShare?: number;
  readonly labelList?: string;
  readonly brokenRows?: 'skip' | 'fail';
  readonly head?: string;
  readonly option?: JsonObject;
  readonly tuneThresholds?: boolean;
  readonly calibrate?: boolean;
  readonly abstain?: AbstainConfig;
}

/** Reads a whole number, for commander. */
export function parseInteger(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Reads a number above 0, for commander. */
export function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate < Infinity)) throw new InvalidArgumentError('It must be a number above 0.');
  return rate;
}

/** Reads a probability from 0 to 1, for commander. */
export function parseProbability(text: string): number {
  const probability = Number(text);
  if (text.trim() === '' || !(probability >= 0 && probability <= 1)) {
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  }
  return probability;
}

/** A probability, or `accuracy=0.95`. */
function parseAbstain(text: string): AbstainConfig {
  const accuracy = /^accuracy=(.*)$/.exec(text)?.[1];
  return accuracy === undefined ? parseProbability(text) : { accuracy: parseProbability(accuracy) };
}

/** Collects an option that may be repeated. Not commander's `<name...>`, which would also take the texts that follow. */
export function collectNames(name: string, previous: readonly string[] = []): string[] {
  return [...previous, name];
}

function parseBrokenRows(text: string): 'skip' | 'fail' {
  if (text === 'skip' || text === 'fail') return text;
  throw new InvalidArgumentError('It must be skip or fail.');
}

function parseShare(text: string): number {
  const share = Number(text);
  if (!(share >= 0 && share < 1)) throw new InvalidArgumentError('It must lie between 0 and 1.');
  return share;
}

/** Collects `--option name=value`; values are JSON where they parse, else text. */
function collectOption(text: string, previous: JsonObject = {}): JsonObject {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('Write it as name=value.');
  return { ...previous, [text.slice(0, split)]: parseValue(text.slice(split + 1)) };
}

function parseValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Adds the flags that name columns. */
export function addColumnOptions(command: Command): Command {
  return command
    .option('--text <column>', 'column with the text (default: text)')
    .option('--label <column>', 'column with one label a row (default: label)')
    .option('--labels <column>', 'column with any number of labels a row')
    .option('--label-columns <columns>', 'one 0/1 column a label, separated by commas')
    .option('--value <column>', 'column with a number, for regression')
    .option('--delimiter <text>', 'what separates labels inside one cell');
}

/** Adds the flags that describe one head and its data. */
export function addHeadOptions(command: Command): Command {
  return addColumnOptions(
    command
      .option('--data <file>', 'training file: .csv, .tsv, .jsonl, .json or .parquet', collectNames)
      .option('--validation <file>', 'validation file (default: a share of the training rows)')
      .option('--test <file>', 'test file, for the final figures')
      .option('--validation-share <share>', 'share of the training rows held out (default: 0.2; setfit: 0)', parseShare)
      .option('--label-list <labels>', 'all labels, separated by commas (default: those in the training file)')
      .option(
        '--broken-rows <what>',
        'skip or fail where rows cannot be used (default: skip; setfit: fail)',
        parseBrokenRows,
      ),
  )
    .option(
      '--head <type>',
      'logistic-regression, linear, linear-svm, ridge or classifier-chain (default: logistic-regression)',
    )
    .option('--option <name=value>', 'option of the head type; may be repeated', collectOption)
    .option('--no-tune-thresholds', 'cut multi-label scores at 0.5')
    .option('--calibrate', 'make probabilities believable by rows that the head was not fitted on (default)')
    .option('--no-calibrate', 'leave probabilities as the head gives them')
    .option(
      '--abstain <probability>',
      'no answer below this probability, or accuracy=0.95: where answers are right that often on validation rows',
      parseAbstain,
    );
}

/** The column names that were given. */
export function toColumns(flags: ColumnFlags): Omit<NonNullable<HeadConfigInput['data']>, 'train'> {
  const given = {
    text: flags.text,
    label: flags.label,
    labels: flags.labels,
    labelColumns: flags.labelColumns?.split(',').map((name) => name.trim()),
    value: flags.value,
    delimiter: flags.delimiter,
  };
  return withoutUndefined(given);
}

/** The head that the flags describe. */
export function toHeadConfig(flags: HeadFlags): HeadConfigInput {
  const labelList = flags.labelList?.split(',').map((label) => label.trim());
  const [data, ...others] = flags.data ?? [];
  if (others.length > 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `A head learns from one file, but ${others.length + 1} were named with --data.`,
      remedy: 'Join them to one file, or give --config FILE with a file for each head.',
    });
  }
  if (data === undefined && labelList === undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'No training data was named.',
      remedy: 'Give --data FILE; few-shot training from labels alone takes --label-list and --template.',
    });
  }
  const { validation, test, validationShare, brokenRows: onBrokenRow } = flags;
  const train = withoutUndefined({ train: data });
  return {
    ...withoutUndefined({
      type: flags.head,
      options: flags.option,
      calibrate: flags.calibrate,
      abstain: flags.abstain,
    }),
    data: {
      ...train,
      ...withoutUndefined({ validation, test, validationShare, labelList, onBrokenRow }),
      ...toColumns(flags),
    },
    thresholds: { tune: flags.tuneThresholds ?? true },
  };
}

/** Drops fields that were not given, so that defaults apply. */
export function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}

/** Flags that choose and set up the encoder. */
export interface BackboneFlags {
  readonly backbone?: string;
  readonly prompt?: string;
  readonly maximumLength?: number;
  readonly longText?: 'truncate' | 'windows';
  readonly threads?: number;
}

/** Adds the flags that choose and set up the encoder. */
export function addBackboneOptions(command: Command): Command {
  return command
    .option('--backbone <reference>', 'bundled name, folder or Hugging Face id (default: all-MiniLM-L6-v2)')
    .option('--prompt <text>', 'put before every text, such as "query: "')
    .option('--maximum-length <tokens>', 'longest text in tokens', parseInteger)
    .option('--long-text <strategy>', 'truncate or windows (default: truncate)', parseLongText)
    .option('--threads <count>', 'threads of the encoder (default: all cores)', parseInteger);
}

function parseLongText(text: string): 'truncate' | 'windows' {
  if (text !== 'truncate' && text !== 'windows') throw new InvalidArgumentError('It must be truncate or windows.');
  return text;
}

/** The encoder that the flags describe. */
export function toBackbone(flags: BackboneFlags): Partial<BackboneConfig> {
  const { backbone, prompt, maximumLength, longText, threads } = flags;
  return withoutUndefined({ reference: backbone, prompt, maximumLength, longText, threads });
}
