import { PolyheadError } from '@polyhead/types';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorBodySchema } from '../errors/error-reply.ts';
import type { HeadDescription, ModelDescription } from '../inference/model-description.ts';
import type { RouteOptions } from './route-options.ts';
import { zeroShotMethodSchema } from './zero-shot-schema.ts';

const headSchema = z
  .object({
    name: z.string(),
    type: z.string().describe('Kind of classifier, such as logistic-regression.'),
    task: z.enum(['single-label', 'multi-label', 'regression']),
    labels: z.array(z.string()).readonly(),
    display_names: z.record(z.string(), z.string()).optional().describe('Names to show instead of labels.'),
    thresholds: z
      .record(z.string(), z.number())
      .optional()
      .describe('Multi-label: the score from which on a label is assigned.'),
    thresholds_tuned_on: z.string().optional().describe('How they were found; absent if they are all 0.5 by default.'),
    temperature: z.number().optional().describe('What logits are divided by; absent if scores are not calibrated.'),
    abstain_below: z
      .number()
      .optional()
      .describe('Single-label: the score of the best label below which there is no answer; absent if there always is.'),
    trained_at: z.string().describe('ISO 8601.'),
  })
  .meta({ id: 'Head' });

const modelSchema = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    encoder: z.object({
      reference: z.string(),
      digest: z.string().describe('SHA-256 over weights, tokenizer and settings.'),
      dimension: z.number().int(),
      maximum_length: z.number().int().describe('In tokens; longer texts are cut.'),
      pooling: z.string(),
      normalized: z.boolean(),
    }),
    heads: z.array(headSchema),
    zero_shot: z
      .object({ method: zeroShotMethodSchema })
      .optional()
      .describe('How POST /v1/zero-shot scores labels; absent if the server was started without it.'),
  })
  .meta({ id: 'Model' });

const modelsSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) }).meta({ id: 'ModelList' });

/** GET /v1/models: what is served, in the list form that OpenAI clients read too. */
export const modelsRoute: FastifyPluginCallbackZod<RouteOptions> = (app, { classifier, modelName }, done) => {
  app.get(
    '/v1/models',
    {
      schema: {
        summary: 'What is served',
        description: 'The encoder and the heads with their labels, tasks and thresholds.',
        tags: ['models'],
        response: {
          200: modelsSchema.describe('One model.'),
          503: errorBodySchema.describe('The model is not loaded yet.'),
        },
      },
    },
    () => {
      if (classifier.model !== undefined) {
        return { object: 'list' as const, data: [toModelJson(modelName, classifier.model)] };
      }
      throw new PolyheadError('SERVER_NOT_READY', {
        message: 'The server is loading its model.',
        remedy: 'Try again in a few seconds.',
        details: { retry_after_seconds: 2 },
      });
    },
  );
  done();
};

function toModelJson(name: string, { encoder, heads, zeroShot }: ModelDescription): z.infer<typeof modelSchema> {
  const { reference, digest, dimension, maximumLength, pooling, normalized } = encoder;
  return {
    id: name,
    object: 'model',
    encoder: { reference, digest, dimension, maximum_length: maximumLength, pooling, normalized },
    heads: heads.map(toHeadJson),
    ...(zeroShot === undefined ? {} : { zero_shot: zeroShot }),
  };
}

function toHeadJson(head: HeadDescription): z.infer<typeof headSchema> {
  const { name, type, task, labels, displayNames, thresholds, thresholdsTunedOn, trainedAt } = head;
  const { temperature, abstainBelow } = head;
  return {
    name,
    type,
    task,
    labels,
    ...(displayNames === undefined ? {} : { display_names: displayNames }),
    ...(thresholds === undefined ? {} : { thresholds }),
    ...(thresholdsTunedOn === undefined ? {} : { thresholds_tuned_on: thresholdsTunedOn }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(abstainBelow === undefined ? {} : { abstain_below: abstainBelow }),
    trained_at: trainedAt,
  };
}
