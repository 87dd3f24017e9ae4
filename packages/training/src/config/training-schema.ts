import { z } from 'zod';
import type { ScheduleConfig, ScheduleName } from '../finetune/settings.ts';
import type { EncoderLearning, TrainingSection } from './training-config.ts';

const scheduleNames = ['linear', 'cosine', 'constant', 'step', 'plateau'] as const;

/** What every section has that is about training an encoder. */
export const learningShape: { readonly [Field in keyof EncoderLearning]-?: z.ZodType<EncoderLearning[Field]> } = {
  trainable: z
    .union([z.enum(['all', 'biases', 'none']), z.strictObject({ lastLayers: z.int().min(1) })])
    .default('all')
    .describe('What of the encoder learns: all, the last layers, biases only, or nothing'),
  layerDecay: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('Each layer below the last learns at this share of the rate of the layer above'),
  encoderDropout: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe('Dropout inside the encoder. Default: what its configuration says'),
  checkpoints: z
    .strictObject({
      everySteps: z.int().min(1).default(200).describe('Steps between two checkpoints'),
      keep: z.int().min(1).default(2).describe('Newest checkpoints that are kept'),
    })
    .prefault({})
    .describe('What is written so that training can go on after a break'),
  memoryBudget: z
    .number()
    .gt(0)
    .optional()
    .describe(
      'Megabytes for parameters, gradients, optimizer state and activations; what does not fit is computed twice. Default: half of the free memory',
    ),
  microBatchTokens: z.int().min(1).optional().describe('Tokens that go through the encoder at once'),
  lora: z
    .strictObject({
      rank: z.int().min(1).default(8).describe('Width of an adapter'),
      alpha: z.number().gt(0).default(16).describe('An adapter counts alpha / rank times'),
      keepAdapters: z
        .boolean()
        .default(false)
        .describe('Whether the adapters are kept in the model folder too, as small files beside the merged encoder'),
    })
    .optional()
    .describe('Low-rank adapters on the attention are trained in place of the weights, and merged when saved'),
  lazyEmbeddings: z
    .boolean()
    .default(false)
    .describe('Token embeddings that a batch does not use are left alone by the optimizer; for large vocabularies'),
};

/** The options that each schedule takes. */
const scheduleOptions: Readonly<Record<ScheduleName, readonly (keyof ScheduleConfig)[]>> = {
  linear: [],
  cosine: [],
  constant: [],
  step: ['factor', 'every'],
  plateau: ['factor', 'patience'],
};

const scheduleSchema: z.ZodType<TrainingSection['schedule']> = z.union([
  z.enum(scheduleNames),
  z
    .strictObject({
      kind: z.enum(scheduleNames),
      factor: z.number().gt(0).lt(1).optional(),
      every: z.int().min(1).optional(),
      patience: z.int().min(0).optional(),
    })
    .superRefine((schedule, context) => {
      const { kind } = schedule;
      const known = scheduleOptions[kind];
      for (const option of ['factor', 'every', 'patience'] as const) {
        if (schedule[option] === undefined || known.includes(option)) continue;
        context.addIssue({ code: 'custom', path: [option], message: `is no option of the schedule ${kind}` });
      }
    }),
]);

type OptimizerField = 'warmupShare' | 'schedule' | 'optimizer' | 'momentum' | 'weightDecay' | 'gradientClip';

/** What every section has that is about moving parameters. */
export const optimizerShape: { readonly [Field in OptimizerField]: z.ZodType<TrainingSection[Field]> } = {
  warmupShare: z.number().min(0).lt(1).default(0.1).describe('Share of the steps over which the rate rises from 0'),
  schedule: scheduleSchema.default('linear').describe('How the rate goes on after the warm-up'),
  optimizer: z.enum(['adamw', 'sgd']).default('adamw').describe('How parameters follow their gradients'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('Of sgd'),
  weightDecay: z.number().min(0).default(0.01).describe('Never of biases and normalizations'),
  gradientClip: z.number().min(0).default(1).describe('Largest joint norm of all gradients; 0 for no limit'),
};

/** The training section of a configuration. */
export const trainingSchema: z.ZodType<TrainingSection> = z.strictObject({
  ...learningShape,
  ...optimizerShape,
  learningRate: z.number().min(0).default(5e-5).describe('Highest learning rate of the encoder'),
  headLearningRate: z.number().min(0).optional().describe('Of the heads. Default: the same'),
  epochs: z.int().min(1).default(3).describe('Passes over the training rows'),
  steps: z.int().min(1).optional().describe('Steps in all, in place of epochs'),
  batchSize: z.int().min(1).default(32).describe('Rows of a batch'),
  batchTokens: z.int().min(1).optional().describe('Tokens of a batch, padding included, in place of rows'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.1)
    .describe('Share of the numbers of an embedding that is dropped before the heads'),
  sampling: z
    .union([z.enum(['proportional', 'balanced']), z.strictObject({ temperature: z.number().min(1) })])
    .default('proportional')
    .describe('How often rows of different training files are seen'),
  earlyStopping: z
    .strictObject({
      metric: z
        .string()
        .min(1)
        .default('score')
        .describe('HEAD.FIGURE, a figure (mean over heads), loss, or score: mean macro F1 and R² of the heads'),
      patience: z.int().min(0).default(0).describe('Epochs without improvement before training ends; 0 never ends it'),
    })
    .prefault({})
    .describe('Which epoch is best, and when to end'),
});
