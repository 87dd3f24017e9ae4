import { loadModel } from '@polyhead/model';
import { distillModel } from '@polyhead/training';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { writeRunSummary } from '../output/run-summary.ts';
import { openInput } from '../output/text-input.ts';
import { createTrainingListeners } from '../output/training-output.ts';
import { parseInteger, parseRate, withoutUndefined } from './data-options.ts';

interface DistillFlags {
  readonly data: string;
  readonly text?: string;
  readonly student?: string;
  readonly layers?: number;
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly seed?: number;
  readonly output: string;
}

/** `polyhead distill`: teaches a smaller or faster encoder what a trained model knows, on texts without labels. */
export function createDistillCommand(context: CommandContext): Command {
  return new Command('distill')
    .description('Train a smaller or faster model to answer as a trained one does, on texts without labels.')
    .argument('<teacher>', 'model folder')
    .requiredOption('--data <file>', 'texts of the kind that the student will see')
    .option('--text <column>', 'column with the text (default: text)')
    .option('--student <reference>', 'encoder that the student begins with (default: all-MiniLM-L6-v2)')
    .option('--layers <number>', "keep only so many layers of the student's encoder (default: all)", parseInteger)
    .option('--epochs <number>', 'passes over the texts (default: 2)', parseInteger)
    .option('--learning-rate <rate>', 'highest learning rate of the encoder', parseRate)
    .option('--batch-size <rows>', 'texts a step (default: 32)', parseInteger)
    .option('--seed <number>', 'same seed, same result (default: 42)', parseInteger)
    .requiredOption('--output <folder>', "folder of the student's model")
    .action((teacher: string, flags: DistillFlags) => distill(teacher, flags, context));
}

async function distill(directory: string, flags: DistillFlags, context: CommandContext): Promise<void> {
  const { signal, logger } = context;
  const { student, layers, epochs, learningRate, batchSize, seed, output } = flags;
  const input = openInput([], withoutUndefined({ input: flags.data, text: flags.text }), context);
  const teacher = await loadModel(directory, { logger });
  try {
    const texts: string[] = [];
    for await (const text of input) texts.push(text);
    const result = await distillModel({
      ...createTrainingListeners(context),
      ...{ teacher, texts, student, layers, seed, output, signal, logger },
      embedding: withoutUndefined({ epochs, learningRate, batchSize }),
    });
    context.progress.clear();
    writeRunSummary(result, context.terminal.output);
  } finally {
    await teacher.release();
  }
}
