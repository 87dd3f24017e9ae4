import { embeddingLossNames } from '@polyhead/losses';
import { z } from 'zod';
import { defaultEmbeddingPhase, defaultEndToEndPhase, type EmbeddingPhase } from '../setfit/settings.ts';
import type { EncoderLearning, SetFitSection } from './training-config.ts';
import { learningShape, optimizerShape } from './training-schema.ts';

const { learningRate, batchSize, evaluations } = defaultEmbeddingPhase;

const strategySchema = z.enum(['oversampling', 'undersampling', 'unique']);
const iterationsSchema = z.strictObject({ iterations: z.int().min(1) });

const samplingSchema = z.union([
  z.literal('all-pairs'),
  strategySchema,
  iterationsSchema,
  z.strictObject({ reference: z.union([strategySchema, iterationsSchema]) }),
]);

/** Options are checked by the loss itself, in `completeConfig`. */
const lossSchema = z.union(
  [
    z.enum(embeddingLossNames as [EmbeddingLossName, ...EmbeddingLossName[]]),
    z.looseObject({ name: z.enum(embeddingLossNames as [EmbeddingLossName, ...EmbeddingLossName[]]) }),
  ],
  { error: `must be one of ${embeddingLossNames.join(', ')}, or an object with such a name and options` },
) as z.ZodType<EmbeddingPhase['loss']>;

type EmbeddingLossName = (typeof embeddingLossNames)[number];

const embeddingSchema: z.ZodType<EmbeddingPhase & EncoderLearning> = z.strictObject({
  ...learningShape,
  ...optimizerShape,
  loss: lossSchema.default(defaultEmbeddingPhase.loss).describe('What texts with the same label are compared by'),
  sampling: samplingSchema.default(defaultEmbeddingPhase.sampling).describe('Which pairs a step compares'),
  learningRate: z.number().min(0).default(learningRate).describe('Highest learning rate of the encoder'),
  epochs: z.int().min(1).optional().describe('Passes over pairs or texts. Default: by the number of texts'),
  steps: z.int().min(1).optional().describe('Steps in all, in place of epochs'),
  batchSize: z.int().min(2).default(batchSize).describe('Texts, pairs or triplets of a step'),
  evaluations: z
    .int()
    .min(1)
    .default(evaluations)
    .describe('How many times the encoder is judged where there are validation rows'),
  earlyStopping: z
    .strictObject({
      metric: z
        .string()
        .min(1)
        .default('score')
        .describe('HEAD.FIGURE, a figure (mean over heads), or score: mean macro F1 and R² of the heads'),
      patience: z.int().min(0).default(0).describe('Judgements without improvement before training ends; 0 never'),
    })
    .prefault({})
    .describe('Which parameters are best, and when to end'),
});

const endToEndSchema = z.strictObject({
  epochs: z.int().min(1).default(defaultEndToEndPhase.epochs).describe('Passes over the training rows'),
  batchSize: z.int().min(1).default(defaultEndToEndPhase.batchSize).describe('Rows of a batch'),
  learningRate: z.number().min(0).default(defaultEndToEndPhase.learningRate).describe('Of the encoder'),
  headLearningRate: z.number().min(0).default(defaultEndToEndPhase.headLearningRate).describe('Of the heads'),
  warmupShare: optimizerShape.warmupShare,
  weightDecay: optimizerShape.weightDecay,
});

/** The few-shot section of a configuration. */
export const setfitSchema: z.ZodType<SetFitSection> = z.strictObject({
  shots: z.int().min(1).optional().describe('Training rows a class, drawn at random. Default: all rows'),
  templates: z
    .strictObject({
      template: z.string().default('This sentence is {}').describe('{} stands for the label'),
      perLabel: z.int().min(1).default(8).describe('Examples a label'),
    })
    .optional()
    .describe('Examples made from the names of labels, alone or beside the training rows'),
  examples: z
    .string()
    .min(1)
    .optional()
    .describe('File with pairs (first, second, similarity) or triplets (anchor, positive, negative) of your own'),
  embedding: embeddingSchema.prefault({}).describe('How the encoder learns first'),
  endToEnd: endToEndSchema
    .optional()
    .describe('Trains encoder and linear heads together afterwards. Default: heads are fitted on the encoder as it is'),
});
