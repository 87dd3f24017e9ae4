import type { TrainingConfig, TrainingConfigInput } from '@polyhead/training';
import { PolyheadError } from '@polyhead/types';
import { InvalidArgumentError, type Command } from 'commander';
import { parseInteger, parseRate, withoutUndefined } from './data-options.ts';
import { applyLearningFlags } from './learning-flags.ts';

type Method = TrainingConfig['method'];
type SetFitInput = NonNullable<TrainingConfigInput['setfit']>;

/** Flags about how the encoder is trained. */
export interface MethodFlags {
  readonly method?: Method;
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly resume?: boolean;
  readonly shots?: number;
  readonly template?: readonly string[] | true;
  readonly loss?: string;
  readonly endToEnd?: boolean;
}

const methods: readonly Method[] = ['frozen', 'finetune', 'setfit'];

/** Which methods a flag is for. */
const flagMethods: Readonly<Record<Exclude<keyof MethodFlags, 'method'>, readonly Method[]>> = {
  epochs: ['finetune', 'setfit'],
  learningRate: ['finetune', 'setfit'],
  batchSize: ['finetune', 'setfit'],
  resume: ['finetune', 'setfit'],
  shots: ['setfit'],
  template: ['setfit'],
  loss: ['setfit'],
  endToEnd: ['setfit'],
};

/** Adds the flags about the method and its settings. */
export function addMethodOptions(command: Command): Command {
  return command
    .option('--method <method>', 'frozen, finetune or setfit (default: frozen)', parseMethod)
    .option('--epochs <number>', 'finetune, setfit: passes over the training rows', parseInteger)
    .option('--learning-rate <rate>', 'finetune, setfit: highest learning rate of the encoder', parseRate)
    .option('--batch-size <rows>', 'finetune, setfit: rows a step (default: 32)', parseInteger)
    .option('--resume', 'finetune, setfit: go on from the checkpoint beside the output folder')
    .option(
      '--shots <number>',
      'setfit, nli: training rows a class, drawn at random (default: all rows; nli: 500)',
      parseInteger,
    )
    .option(
      '--template [text]',
      'setfit: examples from the labels (default: "This sentence is {}"); nli: sentence with {} for the label of a text, may be repeated (default: "This text is about {}.")',
      collectTemplates,
    )
    .option('--loss <name>', 'setfit: what texts are compared by (default: cosine-similarity)')
    .option('--end-to-end', 'setfit: train encoder and head together afterwards');
}

/** Without a text, commander says true. */
function collectTemplates(text: string, previous: readonly string[] | true | undefined): string[] {
  return [...(previous === undefined || previous === true ? [] : previous), text];
}

function parseMethod(text: string): Method {
  const method = methods.find((name) => name === text);
  if (method === undefined) throw new InvalidArgumentError(`It must be one of ${methods.join(', ')}.`);
  return method;
}

/** The part of a configuration that the flags stand for. @throws {PolyheadError} INVALID_ARGUMENT */
export function toMethodInput(flags: MethodFlags): Pick<TrainingConfigInput, 'method' | 'training' | 'setfit'> {
  const { method = 'frozen' } = flags;
  assertFlags(flags, method, (wanted) => `Add --method ${wanted}, or leave it out.`);
  if (method === 'finetune') return { method, training: toLearning(flags) };
  return method === 'setfit' ? { method, setfit: toSetFit(flags) } : {};
}

function toLearning({ epochs, learningRate, batchSize }: MethodFlags): Partial<Record<string, number>> {
  return withoutUndefined({ epochs, learningRate, batchSize });
}

function toSetFit({ shots, template, loss, endToEnd, ...flags }: MethodFlags): SetFitInput {
  const templates = toTemplates(template);
  // An unknown loss is reported with the whole configuration, which knows all names.
  const embedding = { ...toLearning(flags), ...withoutUndefined({ loss }) } as SetFitInput['embedding'];
  return withoutUndefined({ shots, templates, embedding, endToEnd: endToEnd === true ? {} : undefined });
}

function toTemplates(given: MethodFlags['template']): SetFitInput['templates'] {
  if (given === undefined) return undefined;
  if (given === true) return {};
  const [template, ...others] = given;
  if (others.length === 0) return withoutUndefined({ template });
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The method setfit takes one template, but ${given.length} were given.`,
    remedy: 'Give --template once.',
  });
}

/** A configuration file's settings with those of the flags in their place. @throws {PolyheadError} INVALID_ARGUMENT */
export function applyMethodFlags(config: TrainingConfig, flags: MethodFlags, file: string): TrainingConfig {
  if (flags.method !== undefined && flags.method !== config.method) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `--method ${flags.method} was given, but "${file}" says ${config.method}.`,
      remedy: 'Change the file: the sections that it needs depend on the method.',
    });
  }
  assertFlags(flags, config.method, (wanted) => `Write "method: ${wanted}" into "${file}", or leave it out.`);
  if (config.method === 'finetune') return { ...config, training: applyLearningFlags(config.training, flags) };
  if (config.method !== 'setfit') return config;
  assertInFile(flags, file);
  const { setfit } = config;
  const embedding = applyLearningFlags(setfit.embedding, flags);
  return { ...config, setfit: { ...setfit, ...withoutUndefined({ shots: flags.shots }), embedding } };
}

/** What decides more than a number is not changed by a flag beside a file. */
function assertInFile({ template, loss, endToEnd }: MethodFlags, file: string): void {
  const given = Object.entries({ template, loss, endToEnd }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${toFlag(given[0])} cannot be combined with --config.`,
    remedy: `Write it into "${file}".`,
  });
}

function assertFlags(flags: MethodFlags, method: Method, remedy: (wanted: Method) => string): void {
  for (const [field, wanted] of Object.entries(flagMethods)) {
    const given = flags[field as keyof typeof flagMethods] !== undefined;
    const [first] = wanted;
    if (!given || first === undefined || wanted.includes(method)) continue;
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `${toFlag(field)} is about training the encoder by the method ${wanted.join(' or ')}, but the method is ${method}.`,
      remedy: remedy(first),
    });
  }
}

/** The flag of an option's name: `labelColumns` is `--label-columns`. */
export function toFlag(field: string): string {
  return `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
