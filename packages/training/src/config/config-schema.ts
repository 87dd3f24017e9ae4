import { z } from 'zod';

const labelFields = ['label', 'labels', 'labelColumns', 'value'] as const;

const dataSchema = z
  .strictObject({
    train: z.string().min(1).describe('Training file: .csv, .tsv, .jsonl, .json or .parquet'),
    validation: z.string().min(1).optional().describe('Validation file. Default: a share of the training rows'),
    test: z.string().min(1).optional().describe('Test file; only for the final figures'),
    text: z.string().min(1).optional().describe('Column with the text. Default: text'),
    label: z.string().min(1).optional().describe('Column with one label a row. Default: label'),
    labels: z
      .string()
      .min(1)
      .optional()
      .describe('Column with any number of labels a row: a list, or text with a delimiter'),
    labelColumns: z.array(z.string().min(1)).min(1).optional().describe('One 0/1 column a label'),
    value: z.string().min(1).optional().describe('Column with a number, for regression'),
    delimiter: z.string().min(1).optional().describe('What separates labels inside one cell'),
    validationShare: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.2)
      .describe('Share of the training rows held out when there is no validation file'),
    labelList: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('All labels in the order wanted. Default: those in the training file'),
    onBrokenRow: z
      .enum(['skip', 'fail'])
      .default('skip')
      .describe('Whether rows that cannot be used are skipped and reported, or stop the job'),
  })
  .superRefine((data, context) => {
    const given = labelFields.filter((name) => data[name] !== undefined);
    if (given.length < 2) return;
    context.addIssue({ code: 'custom', message: `names ${given.join(' and ')}; give only one of them` });
  });

const headSchema = z.strictObject({
  type: z
    .string()
    .min(1)
    .default('logistic-regression')
    .describe('logistic-regression, linear, linear-svm, ridge, or a registered type of your own'),
  options: z.record(z.string(), z.json()).default({}).describe('Options of the head type'),
  data: dataSchema,
  thresholds: z
    .strictObject({
      tune: z.boolean().default(true).describe('Whether one threshold a label is tuned on the validation rows'),
      metric: z.enum(['f1', 'f0.5', 'f2', 'balanced_accuracy']).default('f1').describe('What a threshold maximises'),
    })
    .prefault({}),
  displayNames: z.record(z.string(), z.string()).optional().describe('Names to show instead of the labels'),
});

const backboneSchema = z.strictObject({
  reference: z
    .string()
    .min(1)
    .default('all-MiniLM-L6-v2')
    .describe('Bundled name, folder, or Hugging Face id with optional @revision'),
  pooling: z
    .enum(['cls', 'mean', 'max', 'mean-sqrt-length', 'last'])
    .optional()
    .describe('How token states become one embedding'),
  normalize: z.boolean().optional().describe('Whether embeddings are scaled to length 1'),
  maximumLength: z.int().min(4).optional().describe('Longest text in tokens'),
  prompt: z.string().optional().describe('Put before every text, such as "query: "'),
  longText: z
    .enum(['truncate', 'windows'])
    .default('truncate')
    .describe('What happens to texts over the maximum length'),
  useOnnxFile: z
    .boolean()
    .optional()
    .describe("Takes the checkpoint's own onnx/model.onnx. Default: only if there are no safetensors"),
  threads: z.int().min(1).optional().describe('Threads of the encoder. Default: all cores'),
  provider: z
    .enum(['cpu', 'cuda', 'webgpu', 'coreml', 'dml'])
    .optional()
    .describe('Where the encoder runs. Default: cpu'),
});

/** The schema of a training configuration, as zod. Its parsed value is a `TrainingConfig`. */
export const configSchema: z.ZodType = z.strictObject({
  $schema: z.string().optional().describe('For editors'),
  method: z
    .enum(['frozen'])
    .default('frozen')
    .describe('frozen: the encoder stays as it is and heads learn on its embeddings'),
  backbone: z
    .preprocess((value) => (typeof value === 'string' ? { reference: value } : value), backboneSchema)
    .prefault({})
    .describe('The encoder: its reference, or an object with settings'),
  heads: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'a head name has lower-case letters, digits, - and _'),
      headSchema,
    )
    .refine((heads) => Object.keys(heads).length > 0, 'names no head; give at least one')
    .describe('The heads by name'),
  seed: z.int().min(0).default(42).describe('Same seed, same result'),
  output: z.string().min(1).describe('Folder of the model'),
  selfContained: z.boolean().default(false).describe('Whether the encoder is copied into the model folder'),
  embeddingCache: z
    .union([z.boolean(), z.string().min(1)])
    .default(true)
    .describe('Whether embeddings are kept on disk for the next run; a string names the folder'),
});
