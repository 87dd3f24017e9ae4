import { writeFileAtomic } from '@polyhead/files';
import { readManifest, removeHead } from '@polyhead/model';
import { addHead } from '@polyhead/training';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatTable } from '../output/table.ts';
import { writeRunSummary } from '../output/run-summary.ts';
import { createTrainingListeners } from '../output/training-output.ts';
import { addHeadOptions, parseInteger, toHeadConfig, withoutUndefined, type HeadFlags } from './data-options.ts';

interface AddFlags extends HeadFlags {
  readonly name: string;
  readonly seed?: number;
  readonly json?: string;
  readonly cache?: boolean;
}

/** `polyhead head`: adds, retrains, lists and removes the heads of a saved model. */
export function createHeadCommand(context: CommandContext): Command {
  return new Command('head')
    .description('Add, retrain, list or remove heads of a model; the others keep their bytes.')
    .addCommand(createTrainingCommand(context, 'add', 'Train a new head and add it.'))
    .addCommand(createTrainingCommand(context, 'train', 'Train a head of the model again.'))
    .addCommand(createListCommand(context))
    .addCommand(createRemoveCommand(context));
}

function createTrainingCommand(context: CommandContext, name: 'add' | 'train', description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('<model>', 'model folder')
    .requiredOption('--name <head>', 'name of the head');
  return addHeadOptions(command)
    .option('--seed <number>', 'same seed, same result (default: 42)', parseInteger)
    .option('--no-cache', 'do not keep embeddings on disk for the next run')
    .option('--json <file>', 'write every figure as JSON')
    .action(async (directory: string, flags: AddFlags) => {
      const result = await addHead(directory, {
        name: flags.name,
        head: toHeadConfig(flags),
        ...createTrainingListeners(context),
        ...withoutUndefined({ seed: flags.seed, embeddingCache: flags.cache }),
        replace: name === 'train',
        signal: context.signal,
        logger: context.logger,
      });
      context.progress.clear();
      writeRunSummary(result, context.terminal.output);
      if (flags.json !== undefined) await writeFileAtomic(flags.json, `${JSON.stringify(result.report, null, 2)}\n`);
    });
}

function createListCommand(context: CommandContext): Command {
  return new Command('list')
    .description('List the heads of a model.')
    .argument('<model>', 'model folder')
    .action(async (directory: string) => {
      const { heads } = await readManifest(directory);
      const rows = heads.map((head) => [head.name, head.type, head.task, head.labels.length]);
      context.terminal.output.write(formatTable(['head', 'type', 'task', 'labels'], rows));
    });
}

function createRemoveCommand(context: CommandContext): Command {
  return new Command('remove')
    .description('Remove a head from a model.')
    .argument('<model>', 'model folder')
    .requiredOption('--name <head>', 'name of the head')
    .action(async (directory: string, flags: { name: string }) => {
      await removeHead(directory, flags.name);
      context.terminal.output.write(`Removed head "${flags.name}" from ${directory}.\n`);
    });
}
