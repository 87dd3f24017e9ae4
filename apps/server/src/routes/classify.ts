import { toPredictionJson } from '@polyhead/model';
import type { Prediction } from '@polyhead/types';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { errorBodySchema } from '../errors/error-reply.ts';
import type { ModelDescription } from '../inference/model-description.ts';
import { assertAcceptableCounts, assertAcceptableTexts, assertKnownHeads } from './check-request.ts';
import { classifyBodySchema, classifyReplySchema, describeLimits, type ClassifyReply } from './classify-schema.ts';
import { createDisconnectSignal, roundMilliseconds } from './disconnect-signal.ts';
import type { RouteOptions } from './route-options.ts';

/** More heads than a model has. */
const mostHeads = 1000;

/** POST /v1/classify: the answers of the heads for one text or several, from one encoder pass. */
export const classifyRoute: FastifyPluginCallbackZod<RouteOptions> = (app, options, done) => {
  const { classifier, limits, modelName } = options;
  app.post(
    '/v1/classify',
    {
      schema: {
        summary: 'Classify one text or several',
        description: `Every head answers from one encoder pass. ${describeLimits(limits)}`,
        tags: ['classification'],
        body: classifyBodySchema,
        response: {
          200: classifyReplySchema.describe('The answers.'),
          '4xx': errorBodySchema.describe('The request was refused; 429 says in Retry-After when to try again.'),
          '5xx': errorBodySchema.describe('The server could not answer.'),
        },
      },
      preValidation: (request, _reply, next) => {
        assertAcceptableCounts(request.body, { maxTexts: limits.maxTexts, others: mostHeads });
        next();
      },
    },
    async (request, reply): Promise<ClassifyReply> => {
      const { text, texts = [], heads, top_k: topK } = request.body;
      const asked = text === undefined ? texts : [text];
      assertAcceptableTexts(asked, text === undefined ? 'texts' : 'text', limits);
      if (heads !== undefined && classifier.model !== undefined) assertKnownHeads(heads, classifier.model);
      const signal = createDisconnectSignal(reply);
      const answer = await classifier.classify(asked, { heads, topK, signal });
      return {
        model: modelName,
        results: answer.predictions.map((prediction) => toResult(prediction, classifier.model)),
        timing_ms: {
          queue: roundMilliseconds(answer.queueMilliseconds),
          inference: roundMilliseconds(answer.inferenceMilliseconds),
          total: roundMilliseconds(reply.elapsedTime),
        },
      };
    },
  );
  done();
};

function toResult(prediction: Prediction, model: ModelDescription | undefined): ClassifyReply['results'][number] {
  const { truncated, token_count, heads } = toPredictionJson(prediction, model?.heads);
  return { truncated, token_count, heads };
}
