import { z } from 'zod';
import type { TaskWeighting } from '../finetune/settings.ts';
import { dataSchema, type ParsedData } from './data-schema.ts';
import type { BackboneConfig, HeadConfig, SetFitSection, TrainingConfig, TrainingSection } from './training-config.ts';
import { setfitSchema } from './setfit-schema.ts';
import { withShortForm } from './short-form.ts';
import { trainingSchema } from './training-schema.ts';

const lossNames = [
  'cross-entropy',
  'binary-cross-entropy',
  'focal',
  'mean-squared-error',
  'mean-absolute-error',
  'huber',
  'smooth-l1',
] as const;

const lossSchema = z.union([
  z.enum(lossNames),
  z.strictObject({
    name: z.enum(lossNames),
    labelSmoothing: z.number().min(0).lt(1).optional().describe('Of cross-entropy'),
    gamma: z.number().min(0).optional().describe('Of focal'),
    alpha: z.number().min(0).lt(1).optional().describe('Of focal, for multi-label heads'),
    delta: z.number().gt(0).optional().describe('Of huber'),
    beta: z.number().gt(0).optional().describe('Of smooth-l1'),
  }),
]);

const headSchema: z.ZodType<ParsedHead> = z.strictObject({
  task: z
    .enum(['single-label', 'multi-label', 'regression'])
    .optional()
    .describe('What the head predicts. Default: what the column of its targets says'),
  type: z
    .string()
    .min(1)
    .optional()
    .describe(
      'frozen, setfit: logistic-regression (default), linear, linear-svm, ridge, classifier-chain, or a registered type of your own; finetune: linear',
    ),
  options: z.record(z.string(), z.json()).default({}).describe('frozen: options of the head type'),
  loss: lossSchema
    .optional()
    .describe('finetune. Default: cross-entropy, binary-cross-entropy or mean-squared-error, by task'),
  weight: z.number().gt(0).optional().describe('finetune: what the loss of this head counts in the sum. Default: 1'),
  classWeight: z
    .union([z.enum(['none', 'balanced']), z.record(z.string(), z.number().gt(0))])
    .optional()
    .describe('finetune: none (default), balanced, or a weight by label'),
  data: dataSchema.optional().describe('Where the rows of this head come from, where it differs from all heads'),
  thresholds: z
    .strictObject({
      tune: z.boolean().default(true).describe('Whether one threshold a label is tuned on the validation rows'),
      metric: z.enum(['f1', 'f0.5', 'f2', 'balanced_accuracy']).default('f1').describe('What a threshold maximises'),
    })
    .prefault({}),
  calibrate: z
    .boolean()
    .default(true)
    .describe('Whether probabilities are calibrated on rows that the head was not fitted on'),
  abstain: z
    .union([
      z.number().min(0).max(1),
      z.strictObject({
        accuracy: z.number().gt(0).max(1).describe('How often answers shall be right on the validation rows'),
      }),
    ])
    .optional()
    .describe(
      'Probability of the best label below which the head gives no answer, or the accuracy that it is chosen for',
    ),
  displayNames: z
    .record(z.string(), z.string().regex(/\S/, 'must not be empty'))
    .optional()
    .describe('Names to show instead of the labels'),
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
  normalize: z
    .boolean()
    .optional()
    .describe('Whether embeddings are scaled to length 1. Default: frozen: as the model says; finetune: false'),
  maximumLength: z
    .int()
    .min(3)
    .optional()
    .describe('Longest text in tokens, special tokens included. Default: frozen: as the model says; finetune: 128'),
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

/** The schema of a training configuration, as zod. `completeConfig` makes a `TrainingConfig` of its parsed value. */
export const configSchema: z.ZodType<ParsedConfig> = z.strictObject({
  $schema: z.string().optional().describe('For editors'),
  method: z
    .enum(['frozen', 'finetune', 'setfit'])
    .default('frozen')
    .describe(
      'frozen: the encoder stays as it is and heads learn on its embeddings; finetune: encoder and heads learn together; setfit: few texts are compared with each other until the encoder tells their labels apart, then heads are fitted',
    ),
  backbone: withShortForm(backboneSchema, { field: 'reference', description: 'Reference of the encoder' })
    .prefault({})
    .describe('The encoder: its reference, or an object with settings'),
  data: dataSchema.optional().describe('Where rows come from, for all heads that do not say otherwise'),
  heads: z
    .record(
      z
        .string()
        .regex(
          /^(?!model$)[a-z0-9][a-z0-9_-]{0,63}$/,
          'a head name has lower-case letters, digits, - and _, at most 64, and is not "model"',
        ),
      headSchema,
    )
    .refine((heads) => Object.keys(heads).length > 0, 'names no head; give at least one')
    .describe('The heads by name'),
  training: trainingSchema.optional().describe('finetune: how encoder and heads are trained'),
  setfit: setfitSchema.optional().describe('setfit: how few texts teach the encoder'),
  weights: z
    .enum(['given', 'converged', 'balanced', 'uncertainty'])
    .optional()
    .describe(
      'finetune: how the losses of heads are added up: by their weights (default), by 1 / the loss or the norm of the gradient that each comes to alone, or by uncertainties that are learned',
    ),
  seed: z.int().min(0).default(42).describe('Same seed, same result'),
  output: z.string().min(1).describe('Folder of the model'),
  selfContained: z
    .boolean()
    .optional()
    .describe(
      'Whether the encoder is copied into the model folder. Default: frozen: false; finetune: always, since it is a new one',
    ),
  embeddingCache: z
    .union([z.boolean(), z.string().min(1)])
    .default(true)
    .describe('frozen: whether embeddings are kept on disk for the next run; a string names the folder'),
});

/** A head as {@link configSchema} gives it. */
export interface ParsedHead extends Omit<HeadConfig, 'type' | 'data'> {
  readonly type?: string | undefined;
  readonly data?: ParsedData | undefined;
}

/** What {@link configSchema} gives. */
export interface ParsedConfig extends Pick<TrainingConfig, 'method' | 'seed' | 'output' | 'embeddingCache'> {
  readonly $schema?: string | undefined;
  readonly backbone: BackboneConfig;
  readonly data?: ParsedData | undefined;
  readonly heads: Readonly<Record<string, ParsedHead>>;
  readonly training?: TrainingSection | undefined;
  readonly setfit?: SetFitSection | undefined;
  readonly weights?: TaskWeighting | undefined;
  readonly selfContained?: boolean | undefined;
}
