import type { TrainingConfig, TrainingConfigInput } from '@polyhead/training';
import { PolyheadError } from '@polyhead/types';
import { InvalidArgumentError, type Command } from 'commander';
import { parseInteger, withoutUndefined } from './data-options.ts';

/** Flags about training the encoder together with its heads. */
export interface FinetuneFlags {
  readonly method?: 'frozen' | 'finetune';
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly resume?: boolean;
}

/** Adds the flags about the method and its settings. */
export function addFinetuneOptions(command: Command): Command {
  return command
    .option('--method <method>', 'frozen, or finetune to train the encoder too (default: frozen)', parseMethod)
    .option('--epochs <number>', 'finetune: passes over the training rows (default: 3)', parseInteger)
    .option('--learning-rate <rate>', 'finetune: highest learning rate (default: 0.00005)', parseRate)
    .option('--batch-size <rows>', 'finetune: rows a step (default: 32)', parseInteger)
    .option('--resume', 'finetune: go on from the checkpoint beside the output folder');
}

function parseMethod(text: string): 'frozen' | 'finetune' {
  if (text !== 'frozen' && text !== 'finetune') throw new InvalidArgumentError('It must be frozen or finetune.');
  return text;
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate < Infinity)) throw new InvalidArgumentError('It must be a number above 0.');
  return rate;
}

function toSettings({ epochs, learningRate, batchSize }: FinetuneFlags): Partial<Record<string, number>> {
  return withoutUndefined({ epochs, learningRate, batchSize });
}

/** The part of a configuration that the flags stand for. @throws {PolyheadError} INVALID_ARGUMENT */
export function toFinetuneInput(flags: FinetuneFlags): Pick<TrainingConfigInput, 'method' | 'training'> {
  if (flags.method === 'finetune') return { method: 'finetune', training: toSettings(flags) };
  assertNoFinetuneFlags(flags, 'Add --method finetune, or leave it out.');
  return {};
}

/** A configuration file's settings with those of the flags in their place. @throws {PolyheadError} INVALID_ARGUMENT */
export function applyFinetuneFlags(config: TrainingConfig, flags: FinetuneFlags, file: string): TrainingConfig {
  if (flags.method !== undefined && flags.method !== config.method) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `--method ${flags.method} was given, but "${file}" says ${config.method}.`,
      remedy: 'Change the file: the sections that it needs depend on the method.',
    });
  }
  if (config.method === 'finetune') return { ...config, training: { ...config.training, ...toSettings(flags) } };
  assertNoFinetuneFlags(flags, `Write "method: finetune" into "${file}", or leave it out.`);
  return config;
}

function assertNoFinetuneFlags(flags: FinetuneFlags, remedy: string): void {
  const names = { epochs: '--epochs', learningRate: '--learning-rate', batchSize: '--batch-size', resume: '--resume' };
  const given = Object.entries(names).find(([field]) => flags[field as keyof typeof names] !== undefined);
  if (given === undefined) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${given[1]} is about training the encoder, but the method is frozen.`,
    remedy,
  });
}
