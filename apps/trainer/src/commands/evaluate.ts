import { writeFileAtomic } from '@polyhead/files';
import { evaluateModel } from '@polyhead/training';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatEvaluations } from '../output/evaluation-table.ts';
import { createTrainingListeners } from '../output/training-output.ts';
import { addColumnOptions, toColumns, withoutUndefined, type ColumnFlags } from './data-options.ts';

interface EvaluateFlags extends ColumnFlags {
  readonly data: string;
  readonly head?: string;
  readonly json?: string;
}

/** `polyhead evaluate`: the figures of a model's heads on a labelled file. */
export function createEvaluateCommand(context: CommandContext): Command {
  const command = new Command('evaluate')
    .description("Measure a model's heads on a labelled file.")
    .argument('<model>', 'model folder')
    .requiredOption('--data <file>', 'labelled file')
    .option('--head <name>', 'only this head (default: every head whose labels the file has)')
    .option('--json <file>', 'write every figure as JSON');
  return addColumnOptions(command).action((directory: string, flags: EvaluateFlags) =>
    evaluate(directory, flags, context),
  );
}

async function evaluate(directory: string, flags: EvaluateFlags, context: CommandContext): Promise<void> {
  const report = await evaluateModel(directory, {
    data: flags.data,
    columns: toColumns(flags),
    ...withoutUndefined({ head: flags.head }),
    ...createTrainingListeners(context),
    signal: context.signal,
    logger: context.logger,
  });
  context.progress.clear();
  for (const [name, evaluations] of Object.entries(report.heads)) {
    context.terminal.output.write(`\n${name}\n${formatEvaluations(evaluations)}`);
  }
  if (flags.json !== undefined) await writeFileAtomic(flags.json, `${JSON.stringify(report, null, 2)}\n`);
}
