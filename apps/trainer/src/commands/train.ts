import { loadTrainingConfig, parseTrainingConfig, trainModel, type TrainingConfig } from '@polyhead/training';
import { writeFileAtomic } from '@polyhead/files';
import { PolyheadError } from '@polyhead/types';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addMethodOptions, applyMethodFlags, toFlag, toMethodInput, type MethodFlags } from './method-options.ts';
import { writeRunSummary } from '../output/run-summary.ts';
import { createTrainingListeners } from '../output/training-output.ts';
import { addNliOptions, assertNoNliFlags, trainNliCommand, type NliOnlyFlags } from './train-nli.ts';
import {
  addBackboneOptions,
  addHeadOptions,
  parseInteger,
  toBackbone,
  toHeadConfig,
  withoutUndefined,
  type BackboneFlags,
  type HeadFlags,
} from './data-options.ts';

interface TrainFlags extends HeadFlags, BackboneFlags, MethodFlags, NliOnlyFlags {
  readonly task?: 'classification' | 'nli';
  readonly config?: string;
  readonly name?: string;
  readonly seed?: number;
  readonly output?: string;
  readonly json?: string;
  readonly selfContained?: boolean;
  readonly cache?: boolean;
}

/** `polyhead train`: trains all heads of a configuration, or one head described by flags. */
export function createTrainCommand(context: CommandContext): Command {
  const command = new Command('train')
    .description('Train heads, on a frozen encoder, together with it or from few texts, and write a model folder.')
    .option('--config <file>', 'YAML or JSON configuration; the flags below describe one head without a file');
  addNliOptions(addMethodOptions(addBackboneOptions(addHeadOptions(command))))
    .option('--name <head>', 'name of the head (default: the label column)')
    .option('--seed <number>', 'same seed, same result (default: 42)', parseInteger)
    .option('--output <folder>', 'folder of the model')
    .option('--self-contained', 'copy the encoder into the model folder')
    .option('--no-cache', 'do not keep embeddings on disk for the next run')
    .option('--json <file>', 'write every figure as JSON');
  return command.action((flags: TrainFlags) =>
    flags.task === 'nli' ? trainNliCommand(flags, context) : train(flags, context),
  );
}

async function train(flags: TrainFlags, context: CommandContext): Promise<void> {
  assertNoNliFlags(flags);
  const config = flags.config === undefined ? fromFlags(flags) : await fromFile(flags.config, flags);
  const result = await trainModel(config, {
    ...createTrainingListeners(context),
    resume: flags.resume,
    signal: context.signal,
    logger: context.logger,
  });
  context.progress.clear();
  writeRunSummary(result, context.terminal.output);
  if (flags.json !== undefined) await writeFileAtomic(flags.json, `${JSON.stringify(result.report, null, 2)}\n`);
}

function fromFlags(flags: TrainFlags): TrainingConfig {
  if (flags.output === undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'No output folder was named.',
      remedy: 'Give --data FILE and --output DIR, or --config FILE.',
    });
  }
  const name = flags.name ?? toHeadName(flags.label ?? flags.labels ?? flags.value ?? 'label');
  return parseTrainingConfig(
    {
      backbone: toBackbone(flags),
      heads: { [name]: toHeadConfig(flags) },
      output: flags.output,
      ...toMethodInput(flags),
      ...withoutUndefined({ seed: flags.seed, selfContained: flags.selfContained, embeddingCache: flags.cache }),
    },
    'The command line',
  );
}

/** A column name as a head name: lower case, and anything unusual as a hyphen. */
function toHeadName(column: string): string {
  const name = column
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^[-_]+|-+$/g, '');
  return name === '' ? 'label' : name;
}

const headFlags = [
  'data',
  'validation',
  'validationShare',
  'labelList',
  'brokenRows',
  'test',
  'text',
  'label',
  'labels',
  'labelColumns',
  'value',
  'delimiter',
  'head',
  'option',
  'name',
  'calibrate',
  'abstain',
] as const;

/** A configuration file; flags about the job as a whole win over it, flags about a head have no place beside it. */
async function fromFile(file: string, flags: TrainFlags): Promise<TrainingConfig> {
  const misplaced = headFlags.filter((name) => flags[name] !== undefined).map(toFlag);
  if (flags.tuneThresholds === false) misplaced.push('--no-tune-thresholds');
  if (misplaced.length > 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `${misplaced.join(', ')} cannot be combined with --config.`,
      remedy: `Write it into "${file}".`,
    });
  }
  const config = applyMethodFlags(await loadTrainingConfig(file), flags, file);
  return {
    ...config,
    backbone: { ...config.backbone, ...toBackbone(flags) },
    ...withoutUndefined({ seed: flags.seed, output: flags.output, selfContained: flags.selfContained }),
    ...(flags.cache === false ? { embeddingCache: false } : {}),
  };
}
