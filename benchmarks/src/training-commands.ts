import { Option, type Command } from 'commander';
import { toCount, withModel, withPython, withThreads } from './command-options.ts';
import { parseBatchShapes } from './training-step/batch-shape.ts';
import { measureTrainingStep, type MeasureTrainingStepOptions } from './training-step/measure-training-step.ts';
import { runTrainingStepBenchmark, type TrainingStepBenchmarkOptions } from './training-step/training-step.ts';

/** The benchmarks in which an encoder learns. */
export function addTrainingCommands(program: Command): void {
  addTrainingStep(program);
}

function addTrainingStep(program: Command): void {
  const command = program
    .command('training-step')
    .description('a step of training: time of its parts and peak memory, against PyTorch');
  withModel(withPython(withThreads(command)))
    .option('--batches <list>', 'texts x tokens', parseBatchShapes, parseBatchShapes('16x32,32x64,8x256'))
    .option('--layers <n>', 'layers of the deep model', toCount, 12)
    .addOption(new Option('--only <which>', 'only the given model, or only the deep one').choices(['model', 'deep']))
    .option('--steps <n>', 'steps of a round', toCount, 5)
    .option('--rounds <n>', 'measured rounds', toCount, 7)
    .option('--fused', "PyTorch's fused AdamW instead of its default one", false)
    .action((options: TrainingStepBenchmarkOptions) => runTrainingStepBenchmark(options));
  withThreads(program.command('measure-training-step <dir>', { hidden: true })).action(
    (directory: string, options: MeasureTrainingStepOptions) => measureTrainingStep(directory, options),
  );
}
