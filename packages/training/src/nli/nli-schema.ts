import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { trainingSchema } from '../config/training-schema.ts';
import type { NliConfig, NliSourceConfig } from './nli-config.ts';

const text = z.string().min(1);
const texts = z.array(text).min(1);
const nliLabel = z.enum(['entailment', 'neutral', 'contradiction', 'not_entailment']);

const wording = z.union([
  text,
  texts,
  z.strictObject({ wordings: texts.optional(), descriptions: texts.optional(), templates: texts.optional() }),
]);

const ofPairs = ['premise', 'hypothesis', 'labelNames'] as const;
const ofClassification = [
  'text',
  'labels',
  'where',
  'maximumLabels',
  'ignored',
  'templates',
  'wordings',
  'perLabel',
  'draws',
] as const;

const sourceFields = z
  .strictObject({
    name: text.optional(),
    file: text,
    kind: z.enum(['pairs', 'classification']).default('pairs'),
    premise: text.optional(),
    hypothesis: text.optional(),
    labelNames: z.record(z.string(), nliLabel).optional(),
    text: text.optional(),
    label: text.optional(),
    labels: text.optional(),
    where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    maximumLabels: z.int().min(1).optional(),
    ignored: texts.optional(),
    templates: texts.optional(),
    wordings: z.record(z.string(), wording).optional(),
    perLabel: z.int().min(1).optional(),
    draws: z.int().min(1).optional(),
    hardShare: z.number().min(0).max(1).default(0.5),
    hardAmong: z.int().min(1).default(5),
    share: z.number().gt(0).max(1).default(1),
    limit: z.int().min(1).optional(),
  })
  .check((context) => {
    const { kind } = context.value;
    for (const field of kind === 'pairs' ? ofClassification : ofPairs) {
      if (context.value[field] === undefined) continue;
      const message = `is for sources of the kind ${kind === 'pairs' ? 'classification' : 'pairs'}`;
      context.issues.push({ code: 'custom', message, path: [field], input: context.value });
    }
  });

const sourceSchema = z
  .preprocess((value) => (typeof value === 'string' ? { file: value } : value), sourceFields)
  .transform((source): NliSourceConfig => ({ ...source, name: source.name ?? nameOf(source.file) }));

/** `snli/train.jsonl` is `snli/train`. */
function nameOf(file: string): string {
  const folder = basename(dirname(file));
  const name = basename(file).replace(/\.(?:csv|tsv|jsonl|json|parquet)(?:\.gz)?$/i, '');
  return ['', '.', '..'].includes(folder) ? name : join(folder, name).replaceAll('\\', '/');
}

const isDistinct = (sources: readonly NliSourceConfig[]): boolean =>
  new Set(sources.map(({ name }) => name)).size === sources.length;
const sources = z.array(sourceSchema).refine(isDistinct, 'names must differ');

const backbone = z.strictObject({
  reference: text.default('all-MiniLM-L6-v2'),
  maximumLength: z.int().min(8).default(128),
  threads: z.int().min(1).optional(),
});

/** The schema of a training of natural language inference. */
export const nliSchema: z.ZodType<NliConfig> = z.strictObject({
  task: z.literal('nli').default('nli'),
  backbone: z.preprocess((value) => (typeof value === 'string' ? { reference: value } : value), backbone).prefault({}),
  classes: z.union([z.literal(2), z.literal(3)]).optional(),
  sources: sources.refine((list) => list.length > 0, 'names no source; give at least one'),
  validation: sources.default([]),
  validationShare: z.number().min(0).lt(1).default(0.05),
  test: sources.default([]),
  exclude: z.array(text).default([]),
  labelEncoder: text.default('all-MiniLM-L6-v2'),
  training: trainingSchema
    .refine(({ lora }) => lora === undefined, 'lora is not for this task')
    .prefault({} as z.input<typeof trainingSchema>),
  validateEvery: z.int().min(1).optional(),
  dataType: z.enum(['float32', 'float16']).default('float32'),
  seed: z.int().min(0).default(42),
  output: text,
});
