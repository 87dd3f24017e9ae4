import { loadModel } from '@polyhead/model';
import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatPredictions } from '../output/prediction-format.ts';
import { chooseFormat, recordFormats, type RecordFormat } from '../output/record-format.ts';
import { openInput } from '../output/text-input.ts';
import { writeLines } from '../output/text-output.ts';
import { collectNames, parseInteger, parseProbability, withoutUndefined } from './data-options.ts';

interface PredictFlags {
  readonly input?: string;
  readonly output?: string;
  readonly text?: string;
  readonly format?: RecordFormat;
  readonly head?: string[];
  readonly topK?: number;
  readonly abstain?: number;
  readonly threads?: number;
}

/** `polyhead predict`: the answers of all heads for texts, a file or standard input. */
export function createPredictCommand(context: CommandContext): Command {
  return new Command('predict')
    .description('Classify texts with every head of a model, one encoder pass a text.')
    .argument('<model>', 'model folder')
    .argument('[text...]', 'texts')
    .option('--input <file>', 'file with texts, or - for standard input (a text a line)')
    .option('--output <file>', 'file to write, or - for standard output (default: -)')
    .addOption(new Option('--format <format>', 'default: table on a terminal, else jsonl').choices(recordFormats))
    .option('--text <column>', 'column with the text (default: text)')
    .option('--head <name>', 'only this head; may be repeated', collectNames)
    .option('--top-k <count>', 'list only the best labels', parseInteger)
    .option(
      '--abstain <probability>',
      'no answer below this probability; 0 for always one (default: as the heads were trained)',
      parseProbability,
    )
    .option('--threads <count>', 'threads of the encoder (default: all cores)', parseInteger)
    .action((directory: string, texts: string[], flags: PredictFlags) => predict({ directory, texts }, flags, context));
}

async function predict(
  what: { directory: string; texts: readonly string[] },
  flags: PredictFlags,
  context: CommandContext,
): Promise<void> {
  const input = openInput(what.texts, flags, context);
  const { terminal, signal } = context;
  const model = await loadModel(what.directory, {
    ...withoutUndefined({ threads: flags.threads }),
    logger: context.logger,
  });
  try {
    const format =
      flags.format ?? chooseFormat(flags.output, terminal.output === process.stdout && process.stdout.isTTY);
    const predictions = model.predictStream(input, {
      ...withoutUndefined({ heads: flags.head, topK: flags.topK, abstainBelow: flags.abstain }),
      signal,
    });
    const known = model.manifest.heads;
    // An unknown name is refused by the model.
    const heads = flags.head?.flatMap((name) => known.filter((head) => head.name === name)) ?? known;
    await writeLines(formatPredictions(predictions, format, heads), {
      file: flags.output,
      output: terminal.output,
      signal,
    });
  } finally {
    await model.release();
  }
}
