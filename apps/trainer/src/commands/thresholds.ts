import { createShownNames, readManifest } from '@polyhead/model';
import { tuneModelThresholds, type ThresholdMetric } from '@polyhead/training';
import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatThresholds } from '../output/thresholds-table.ts';
import { createTrainingListeners } from '../output/training-output.ts';
import { addColumnOptions, toColumns, type ColumnFlags } from './data-options.ts';

interface TuneFlags extends ColumnFlags {
  readonly data: string;
  readonly head: string;
  readonly metric: ThresholdMetric;
}

/** `polyhead thresholds tune`: finds the thresholds of a multi-label head anew, on rows of the user's choice. */
export function createThresholdsCommand(context: CommandContext): Command {
  const tune = new Command('tune')
    .description('Tune one threshold a label on a labelled file and store them in the model.')
    .argument('<model>', 'model folder')
    .requiredOption('--data <file>', 'labelled rows that the head was not trained on')
    .requiredOption('--head <name>', 'a multi-label head')
    .addOption(
      new Option('--metric <metric>', 'what a threshold maximises')
        .choices(['f1', 'f0.5', 'f2', 'balanced_accuracy'])
        .default('f1'),
    );
  addColumnOptions(tune).action(async (directory: string, flags: TuneFlags) => {
    const { heads } = await readManifest(directory);
    const head = heads.find(({ name }) => name === flags.head);
    const tuned = await tuneModelThresholds(directory, {
      data: flags.data,
      columns: toColumns(flags),
      head: flags.head,
      metric: flags.metric,
      ...createTrainingListeners(context),
      signal: context.signal,
      logger: context.logger,
    });
    context.progress.clear();
    const { evaluation } = tuned;
    // A head that there is not is refused above.
    context.terminal.output.write(formatThresholds(tuned, createShownNames(head ?? { labels: [] })));
    context.terminal.output.write(
      `macro F1 ${evaluation['at_0.5'].macro_f1.toFixed(3)} at 0.5, ${evaluation.tuned?.macro_f1.toFixed(3) ?? '-'} tuned (on the rows tuned on)\n`,
    );
  });
  return new Command('thresholds').description('Work with the thresholds of multi-label heads.').addCommand(tune);
}
