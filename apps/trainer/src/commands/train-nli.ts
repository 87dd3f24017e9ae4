import { writeFileAtomic } from '@polyhead/files';
import { loadNliConfig, parseNliConfig, trainNliModel, type NliConfig, type NliConfigInput } from '@polyhead/training';
import { PolyheadError } from '@polyhead/types';
import { InvalidArgumentError, type Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatNliReport } from '../output/nli-report.ts';
import { createTrainingListeners } from '../output/training-output.ts';
import { parseInteger, withoutUndefined, type BackboneFlags, type HeadFlags } from './data-options.ts';
import { applyLearningFlags } from './learning-flags.ts';
import { toFlag, type MethodFlags } from './method-options.ts';
import { nliSourceFlags, toNliSources } from './nli-sources.ts';

/** Flags of the task nli alone. */
export interface NliOnlyFlags {
  readonly classes?: 2 | 3;
  readonly steps?: number;
  readonly validateEvery?: number;
  readonly dataFolder?: string;
  readonly labelsFile?: string;
}

/** All flags of the command. */
export interface NliFlags extends NliOnlyFlags, HeadFlags, BackboneFlags, MethodFlags {
  readonly task?: 'classification' | 'nli';
  readonly config?: string;
  readonly seed?: number;
  readonly output?: string;
  readonly json?: string;
}

/** Adds the flags of the task nli. */
export function addNliOptions(command: Command): Command {
  return command
    .option('--task <task>', 'classification or nli (default: classification)', parseTask)
    .option('--classes <number>', 'nli: 2 or 3 (default: as the checkpoint has, else 2)', parseClasses)
    .option('--labels-file <file>', 'nli: .json list with wordings and descriptions of labels of texts')
    .option('--steps <number>', 'nli: steps in all, in place of epochs', parseInteger)
    .option('--validate-every <steps>', 'nli: measure so often, beside the end of every epoch', parseInteger)
    .option(
      '--data-folder <folder>',
      'nli: what data files of the configuration are relative to (default: its folder)',
    );
}

function parseTask(text: string): 'classification' | 'nli' {
  if (text !== 'classification' && text !== 'nli') throw new InvalidArgumentError('It must be classification or nli.');
  return text;
}

function parseClasses(text: string): 2 | 3 {
  if (text === '2') return 2;
  if (text === '3') return 3;
  throw new InvalidArgumentError('It must be 2 or 3.');
}

const nliOnly = ['classes', 'steps', 'validateEvery', 'dataFolder', 'labelsFile'] as const;

/** @throws {PolyheadError} INVALID_ARGUMENT for a flag of the task nli beside another task */
export function assertNoNliFlags(flags: NliOnlyFlags): void {
  const given = nliOnly.filter((name) => flags[name] !== undefined).map(toFlag);
  if (given.length === 0) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${given.join(', ')} is for the task nli.`,
    remedy: 'Add --task nli, or leave it out.',
  });
}

/** Flags that mean something for the task nli. */
const usable: ReadonlySet<string> = new Set([
  ...nliOnly,
  ...nliSourceFlags,
  ...['task', 'config', 'data', 'validation', 'test', 'validationShare', 'backbone', 'maximumLength', 'threads'],
  ...['epochs', 'learningRate', 'batchSize', 'seed', 'resume', 'output', 'json'],
]);

/** Flags that are on unless they are switched off. */
const onByDefault: ReadonlySet<string> = new Set(['tuneThresholds', 'cache']);

/** `polyhead train --task nli`: trains a model that says whether one text entails another. */
export async function trainNliCommand(flags: NliFlags, context: CommandContext): Promise<void> {
  assertUsable(flags);
  const config = flags.config === undefined ? await fromFlags(flags, context) : await fromFile(flags.config, flags);
  const { onProgress, onEpoch, onWarning } = createTrainingListeners(context);
  const result = await trainNliModel(config, {
    ...{ onProgress, onEpoch, onWarning },
    resume: flags.resume,
    signal: context.signal,
    logger: context.logger,
  });
  context.progress.clear();
  context.terminal.output.write(formatNliReport(result));
  if (flags.json !== undefined) await writeFileAtomic(flags.json, `${JSON.stringify(result.report, null, 2)}\n`);
}

function assertUsable(flags: NliFlags): void {
  const given = Object.entries(flags).filter(([name, value]) => value !== undefined && !usable.has(name));
  const misplaced = given.filter(([name, value]) => !(onByDefault.has(name) && value === true)).map(([name]) => name);
  if (misplaced.length === 0) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${misplaced.map(toFlag).join(', ')} is not for the task nli.`,
    remedy: 'Leave it out.',
  });
}

async function fromFlags(flags: NliFlags, context: CommandContext): Promise<NliConfig> {
  const { data = [], validation, test, validationShare, output } = flags;
  if (data.length === 0 || output === undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: data.length === 0 ? 'No training data was named.' : 'No output folder was named.',
      remedy: 'Give --data FILE (it may be repeated) and --output DIR, or --config FILE.',
    });
  }
  if (flags.dataFolder !== undefined) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: '--data-folder is about the files of a configuration, but there is none.',
      remedy: 'Leave it out, or give --config FILE.',
    });
  }
  const files = {
    sources: data,
    validation: validation === undefined ? [] : [validation],
    test: test === undefined ? [] : [test],
  };
  const input: NliConfigInput = {
    ...(await toNliSources(files, flags, context)),
    ...withoutUndefined({ validationShare }),
    output,
  };
  return parseNliConfig(applyFlags(input, flags), 'The command line');
}

/** A configuration file; flags about the job as a whole win over it. */
async function fromFile(file: string, flags: NliFlags): Promise<NliConfig> {
  const misplaced = (['data', 'validation', 'test', 'validationShare', ...nliSourceFlags] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (misplaced.length > 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `${misplaced.map(toFlag).join(', ')} cannot be combined with --config.`,
      remedy: `Write it into "${file}".`,
    });
  }
  const config = await loadNliConfig(file, { dataDirectory: flags.dataFolder, output: flags.output });
  return parseNliConfig(applyFlags(config, flags), `"${file}" with the command line`);
}

function applyFlags(input: NliConfigInput, flags: NliFlags): NliConfigInput {
  const { classes, seed, validateEvery, backbone, maximumLength, threads } = flags;
  const given = typeof input.backbone === 'object' ? input.backbone : {};
  return {
    ...input,
    ...withoutUndefined({ classes, seed, validateEvery }),
    backbone: { ...given, ...withoutUndefined({ reference: backbone, maximumLength, threads }) },
    training: applyLearningFlags(input.training ?? {}, flags),
  };
}
