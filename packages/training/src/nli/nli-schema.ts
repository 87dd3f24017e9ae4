import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { withShortForm } from '../config/short-form.ts';
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
    name: text.optional().describe("For reports. Default: the file's name, with its folder's before it"),
    file: text.describe('.csv, .tsv, .jsonl, .json or .parquet'),
    kind: z
      .enum(['pairs', 'classification'])
      .default('pairs')
      .describe('pairs: of a premise and a hypothesis; classification: labelled texts, which become pairs'),
    premise: text.optional().describe('pairs: column with the premise. Default: premise'),
    hypothesis: text.optional().describe('pairs: column with the hypothesis. Default: hypothesis'),
    labelNames: z
      .record(z.string(), nliLabel)
      .optional()
      .describe('pairs: what values of the label column mean. Default: their names'),
    text: text.optional().describe('classification: column with the text. Default: text'),
    label: text.optional().describe('Column with one label a row. Default: label'),
    labels: text.optional().describe('classification: column with any number of labels a row, in place of label'),
    where: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('classification: only rows with these values in these columns'),
    maximumLabels: z.int().min(1).optional().describe('classification: only rows with at most so many labels'),
    ignored: texts
      .optional()
      .describe('classification: labels that stand for none; their texts are only wrong examples of others'),
    templates: texts
      .optional()
      .describe('classification: sentences with {} for the label. Default: This text is about {}.'),
    wordings: z
      .record(z.string(), wording)
      .optional()
      .describe('classification: what labels are said in. Default: their names with spaces for underscores'),
    perLabel: z.int().min(1).optional().describe('classification: most texts of a label. Default: 500'),
    draws: z
      .int()
      .min(1)
      .optional()
      .describe('classification: how often every text is drawn, each time with another sentence. Default: 1'),
    hardShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('classification: share of wrong pairs whose label is among those nearest to the text'),
    hardAmong: z.int().min(1).default(5).describe('classification: how many labels count as nearest'),
    share: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe("Share of the pairs that is used, drawn at random; classification: of each label's texts"),
    limit: z.int().min(1).optional().describe('Most pairs that are used. Default: all'),
  })
  .check((context) => {
    const { kind } = context.value;
    for (const field of kind === 'pairs' ? ofClassification : ofPairs) {
      if (context.value[field] === undefined) continue;
      const message = `is for sources of the kind ${kind === 'pairs' ? 'classification' : 'pairs'}`;
      context.issues.push({ code: 'custom', message, path: [field], input: context.value });
    }
  });

const sourceSchema = withShortForm(sourceFields, { field: 'file', description: 'File of pairs' }).transform(
  (source): NliSourceConfig => ({ ...source, name: source.name ?? nameOf(source.file) }),
);

/** `snli/train.jsonl` is `snli/train`. */
function nameOf(file: string): string {
  const folder = basename(dirname(file));
  const name = basename(file).replace(/\.(?:csv|tsv|jsonl|json|parquet)(?:\.gz)?$/i, '');
  return ['', '.', '..'].includes(folder) ? name : join(folder, name).replaceAll('\\', '/');
}

const isDistinct = (sources: readonly NliSourceConfig[]): boolean =>
  new Set(sources.map(({ name }) => name)).size === sources.length;
const sources = z.array(sourceSchema);
const distinct = 'names must differ';

const backbone = z.strictObject({
  reference: text
    .default('all-MiniLM-L6-v2')
    .describe('Bundled name, folder, or Hugging Face id of an encoder or a sequence classification model'),
  maximumLength: z.int().min(8).default(128).describe('Longest pair in tokens; the premise is cut'),
  threads: z.int().min(1).optional().describe('Threads that compute. Default: all cores'),
});

/** The schema of a training of natural language inference. */
export const nliSchema: z.ZodType<NliConfig> = z.strictObject({
  // It says nothing about the training, so records of the settings go without.
  $schema: z
    .string()
    .transform(() => undefined)
    .optional()
    .describe('For editors'),
  task: z.literal('nli').default('nli'),
  backbone: withShortForm(backbone, { field: 'reference', description: 'Reference of the checkpoint' })
    .prefault({})
    .describe('The checkpoint that training begins with: its reference, or an object with settings'),
  classes: z
    .union([z.literal(2), z.literal(3)])
    .optional()
    .describe(
      '2: entailment, not_entailment; 3: entailment, neutral, contradiction. Default: as the checkpoint has, else 2',
    ),
  sources: sources
    .min(1, 'names no source; give at least one')
    .refine(isDistinct, distinct)
    .describe('What is learned: files, or objects with settings'),
  validation: sources
    .refine(isDistinct, distinct)
    .default([])
    .describe('Sources that the best parameters are chosen by. Without any, a share of the premises'),
  validationShare: z
    .number()
    .min(0)
    .lt(1)
    .default(0.05)
    .describe('Share of the premises that is held out if there are no validation sources'),
  test: sources.refine(isDistinct, distinct).default([]).describe('Sources for the final figures only'),
  exclude: z
    .array(text)
    .default([])
    .describe('Files whose pairs and texts are never trained on; those of validation and test never are'),
  labelEncoder: text.default('all-MiniLM-L6-v2').describe('Encoder that finds hard wrong labels'),
  training: trainingSchema
    .refine(({ lora }) => lora === undefined, 'lora is not for this task')
    .prefault({} as z.input<typeof trainingSchema>)
    .describe('How the model is trained. lora is not for this task'),
  validateEvery: z
    .int()
    .min(1)
    .optional()
    .describe('Steps between measurements, beside the end of every epoch. Default: only then'),
  dataType: z.enum(['float32', 'float16']).default('float32').describe('How numbers are stored'),
  seed: z.int().min(0).default(42).describe('Same seed, same result'),
  output: text.describe('Folder of the model'),
});
