import {
  assertZeroShotOptions,
  createZeroShotClassifier,
  windowPoolings,
  type WindowPooling,
} from '@polyhead/zero-shot';
import {
  PolyheadError,
  type ZeroShotLabels,
  type ZeroShotMethod,
  type ZeroShotOptions,
  type ZeroShotPrediction,
} from '@polyhead/types';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { chooseFormat, recordFormats, type RecordFormat } from '../output/record-format.ts';
import { openInput } from '../output/text-input.ts';
import { writeLines } from '../output/text-output.ts';
import { formatZeroShot } from '../output/zero-shot-format.ts';
import { collectNames, parseInteger, withoutUndefined } from './data-options.ts';
import { readLabelFile } from './label-file.ts';
import { createZeroShotEvaluateCommand } from './zero-shot-evaluate.ts';

interface ZeroShotFlags {
  readonly labels?: string;
  readonly labelsFile?: string;
  readonly input?: string;
  readonly output?: string;
  readonly text?: string;
  readonly template?: string[];
  readonly multiLabel?: boolean;
  readonly method?: ZeroShotMethod | 'auto';
  readonly model?: string;
  readonly encoder?: string;
  readonly entailment?: string | number;
  readonly contradiction?: string | number;
  readonly windowPooling?: WindowPooling;
  readonly threshold?: number;
  readonly onlyChosen?: boolean;
  readonly topK?: number;
  readonly longText?: 'truncate' | 'windows';
  readonly format?: RecordFormat;
  readonly threads?: number;
}

/** `polyhead zero-shot`: texts by any labels, without training. */
export function createZeroShotCommand(context: CommandContext): Command {
  return new Command('zero-shot')
    .description('Classify texts by labels that nothing was trained on.')
    .argument('[text...]', 'texts')
    .option('--labels <labels>', 'labels, separated by commas')
    .option(
      '--labels-file <file>',
      'labels from a .txt file (one a line), or a .json list with wordings and descriptions',
    )
    .option('--input <file>', 'file with texts, or - for standard input (a text a line)')
    .option('--output <file>', 'file to write, or - for standard output (default: -)')
    .option('--text <column>', 'column with the text (default: text)')
    .option(
      '--template <sentence>',
      'sentence with {} for the label; may be repeated (default: by method)',
      collectNames,
    )
    .option('--multi-label', 'any number of labels may be right')
    .addOption(new Option('--method <method>', 'default: auto').choices(['auto', 'embedding', 'nli', 'cascade']))
    .option('--model <reference>', 'NLI model: folder or Hugging Face id')
    .option('--encoder <reference>', 'sentence encoder (default: all-MiniLM-L6-v2)')
    .option('--entailment <output>', 'output of the NLI model, by name or number (default: by its name)', toOutput)
    .option('--contradiction <output>', 'the output that entailment is held against (default: by its name)', toOutput)
    .option('--threshold <score>', 'lowest score of a label that is chosen', parseScore)
    .option('--only-chosen', 'leave out texts for which no label is chosen, to train on the others')
    .option('--top-k <count>', 'list only the best labels', parseInteger)
    .addOption(
      new Option('--long-text <strategy>', 'texts that are too long (default: truncate)').choices([
        'truncate',
        'windows',
      ]),
    )
    .addOption(
      new Option('--window-pooling <how>', 'how windows decide together in NLI (default: max)').choices(windowPoolings),
    )
    .addOption(new Option('--format <format>', 'default: table on a terminal, else jsonl').choices(recordFormats))
    .option('--threads <count>', 'threads that compute (default: all cores)', parseInteger)
    .action((texts: string[], flags: ZeroShotFlags) => classify(texts, flags, context))
    .addCommand(createZeroShotEvaluateCommand(context))
    .enablePositionalOptions();
}

function parseScore(text: string): number {
  const score = Number(text);
  if (text.trim() === '' || !(score >= 0 && score <= 1)) throw new InvalidArgumentError('It must lie between 0 and 1.');
  return score;
}

/** Outputs without names are called LABEL_0 and so on, or given by their number. */
function toOutput(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

async function readLabels({ labels, labelsFile }: ZeroShotFlags): Promise<ZeroShotLabels> {
  if (labels !== undefined && labelsFile === undefined) return labels;
  if (labels === undefined && labelsFile !== undefined) return readLabelFile(labelsFile);
  throw new PolyheadError('INVALID_ARGUMENT', {
    message:
      labels === undefined ? 'No labels were given.' : 'Labels were given both by --labels and by --labels-file.',
    remedy: 'Give --labels "billing,shipping,refund", or --labels-file FILE.',
  });
}

async function classify(texts: readonly string[], flags: ZeroShotFlags, context: CommandContext): Promise<void> {
  const { terminal, signal, logger, progress } = context;
  const labels = await readLabels(flags);
  const input = openInput(texts, flags, context);
  const format = flags.format ?? chooseFormat(flags.output, terminal.output === process.stdout && process.stdout.isTTY);
  const { multiLabel, threshold, topK, longText, template: templates } = flags;
  const options: ZeroShotOptions = {
    ...withoutUndefined({ multiLabel, threshold, topK, longText, templates }),
    labels,
    signal,
    onProgress: flags.output === undefined ? undefined : progress.onProgress,
  };
  assertZeroShotOptions(options);
  if (format === 'csv' && multiLabel === true) assertJoinable(labels);
  const { method, model, encoder, threads, entailment, contradiction, windowPooling } = flags;
  const classifier = await createZeroShotClassifier({
    ...withoutUndefined({ method, model, encoder, threads }),
    nli: { entailment, contradiction, windowPooling },
    logger,
    signal,
  });
  try {
    const counts = { all: 0, written: 0 };
    const predictions = classifier.classifyStream(input, options);
    const written = flags.onlyChosen === true ? onlyChosen(predictions, counts) : predictions;
    await writeLines(formatZeroShot(written, format), { file: flags.output, output: terminal.output, signal });
    if (flags.onlyChosen === true)
      logger.info(`${counts.written} of ${counts.all} texts have a label; the others are left out.`);
  } finally {
    progress.clear();
    await classifier.release();
  }
}

/** Several labels of a text stand in one cell, split by a bar, which a label can then not have. */
function assertJoinable(labels: ZeroShotLabels): void {
  const names =
    typeof labels === 'string'
      ? labels.split(',')
      : labels.map((label) => (typeof label === 'string' ? label : label.label));
  const wrong = names.find((name) => name.includes('|'));
  if (wrong === undefined) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The label "${wrong}" has a "|", by which the labels of a text are split in CSV.`,
    remedy: 'Write JSON lines with --format jsonl, or rename the label.',
    details: { label: wrong },
  });
}

/** Leaves out predictions without a label, and counts. */
async function* onlyChosen(
  predictions: AsyncIterable<ZeroShotPrediction>,
  counts: { all: number; written: number },
): AsyncIterable<ZeroShotPrediction> {
  for await (const prediction of predictions) {
    counts.all += 1;
    if (prediction.labels.length === 0) continue;
    counts.written += 1;
    yield prediction;
  }
}
