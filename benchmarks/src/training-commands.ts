import type { JsonValue } from '@polyhead/types';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { all, toCount, toNumbers, withData, withModel, withPython, withThreads } from './command-options.ts';
import type { FinetuneBenchmarkOptions } from './finetune/finetune-context.ts';
import { runFinetuneBenchmark } from './finetune/finetune.ts';
import { finetuneSets } from './finetune/recipe.ts';
import { assertJsonObject } from './json.ts';
import { runMixedBenchmark, type MixedBenchmarkOptions } from './mixed/mixed.ts';
import { runResponsivenessBenchmark, type ResponsivenessBenchmarkOptions } from './responsiveness.ts';
import { parseFewShotCases } from './setfit/few-shot-cases.ts';
import { runSetFitBenchmark, type ContestantName, type SetFitBenchmarkOptions } from './setfit/setfit.ts';
import { measureTrainingMemory, type MeasureTrainingMemoryOptions } from './training-memory/measure-training-memory.ts';
import { runTrainingMemoryBenchmark, type TrainingMemoryBenchmarkOptions } from './training-memory/training-memory.ts';
import { parseBatchShape, parseBatchShapes } from './training-step/batch-shape.ts';
import { measureTrainingStep, type MeasureTrainingStepOptions } from './training-step/measure-training-step.ts';
import { runTrainingStepBenchmark, type TrainingStepBenchmarkOptions } from './training-step/training-step.ts';

/** The benchmarks in which an encoder learns. */
export function addTrainingCommands(program: Command): void {
  addTrainingStep(program);
  addFinetune(program);
  addResponsiveness(program);
  addTrainingMemory(program);
  addMixed(program);
  addSetFit(program);
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

function addFinetune(program: Command): void {
  const command = program
    .command('finetune')
    .description('real fine-tuning: figures, time and tokens a second, against PyTorch on the same batches')
    .addOption(new Option('--set <name>', 'the data').choices(Object.keys(finetuneSets)).makeOptionMandatory());
  withModel(withPython(withData(withThreads(command))))
    .option('--seeds <list>', 'one run each', toNumbers, [0])
    .option('--texts <n>', 'at most so many texts of each split', toCount, all)
    .option('--epochs <n>', "in place of the recipe's", toCount)
    .option('--peer', 'PyTorch is trained to the end too', false)
    .option('--steps <n>', 'so many steps of both side by side, in place of full runs', toCount)
    .option('--fresh', 'forgets what earlier runs of this configuration found', false)
    .action((options: FinetuneBenchmarkOptions) => runFinetuneBenchmark(options));
}

function addResponsiveness(program: Command): void {
  const command = program
    .command('responsiveness')
    .description('delays of the event loop of the calling thread while an encoder is fine-tuned');
  withModel(withData(withThreads(command)))
    .option('--steps <n>', 'steps of training', toCount, 60)
    .action((options: ResponsivenessBenchmarkOptions) => runResponsivenessBenchmark(options));
}

function addTrainingMemory(program: Command): void {
  const command = program
    .command('training-memory')
    .description('a batch that needs a multiple of the memory budget: peak memory and gradients with and without it');
  withModel(withThreads(command))
    .option('--batch <shape>', 'texts x tokens', parseBatchShape, parseBatchShape('128x128'))
    .option('--factor <n>', 'how many times its budget the batch needs', toCount, 4)
    .action((options: TrainingMemoryBenchmarkOptions) => runTrainingMemoryBenchmark(options));
  withThreads(program.command('measure-training-memory <dir>', { hidden: true }))
    .requiredOption('--rows <n>', '', toCount)
    .requiredOption('--length <n>', '', toCount)
    .requiredOption('--budget <megabytes>', '', toCount)
    .action((directory: string, options: MeasureTrainingMemoryOptions) => measureTrainingMemory(directory, options));
}

function addMixed(program: Command): void {
  const command = program
    .command('mixed')
    .description('groups of different tasks and of different sets on one encoder: jointly against each alone');
  withModel(withData(withThreads(command)))
    .addOption(new Option('--only <case>', 'one of the two cases').choices(['emotions', 'sets']))
    .addOption(
      new Option('--weights <how>', 'how losses are added up')
        .choices(['given', 'converged', 'balanced', 'uncertainty'])
        .default('given'),
    )
    .option('--alone <list>', 'groups that are trained alone too (default: all)', (text) => text.split(','))
    .option('--seeds <list>', 'one run each', toNumbers, [0])
    .option('--texts <n>', 'at most so many training texts of each set', toCount, 4000)
    .option('--test-texts <n>', 'at most so many texts of each other split', toCount, all)
    .option('--epochs <n>', 'passes over the training texts', toCount, 4)
    .option('--fresh', 'forgets what earlier runs of this configuration found', false)
    .action((options: MixedBenchmarkOptions) => runMixedBenchmark(options));
}

function addSetFit(program: Command): void {
  const command = program
    .command('setfit')
    .description('few-shot training: accuracy and time, against the Python library on the same texts');
  withModel(withPython(withData(withThreads(command))))
    .option(
      '--cases <list>',
      'SET:SHOTSxSAMPLES each',
      parseFewShotCases,
      parseFewShotCases('sst2:8x5,sst2:32x3,emotion:8x3,ag_news:8x3,cr:8x5,banking77:8x3'),
    )
    .addOption(
      new Option('--judge <rows>', 'test split, or rows of the training split that recipes are chosen by')
        .choices(['test', 'validation'])
        .default('test'),
    )
    .option('--contestants <list>', 'some of default,reference,other,library', parseContestants, [
      'default',
      'library',
    ] as const)
    .option('--embedding <json>', 'the embedding phase of the contestant other', parseEmbedding)
    .option('--fresh', 'forgets what earlier runs found', false)
    .action((options: SetFitBenchmarkOptions) => runSetFitBenchmark(options));
}

const contestantNames: readonly ContestantName[] = ['default', 'reference', 'other', 'library'];

function parseContestants(text: string): ContestantName[] {
  return text.split(',').map((name) => {
    const found = contestantNames.find((known) => known === name);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`"${name}" is none of ${contestantNames.join(', ')}.`);
  });
}

/** The settings are checked where they are used. */
function parseEmbedding(text: string): object {
  try {
    return assertJsonObject(JSON.parse(text) as JsonValue);
  } catch {
    throw new InvalidArgumentError('It must be a JSON object of settings.');
  }
}
