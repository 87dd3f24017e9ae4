import { PolyheadError, type Prediction } from '@polyhead/types';
import { assertZeroShotOptions, countLabelSentences } from '@polyhead/zero-shot';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { errorBodySchema } from '../errors/error-reply.ts';
import { zeroShotHead, type ZeroShotWork } from '../inference/zero-shot-work.ts';
import { assertAcceptableLabels, assertAcceptableSentences } from './check-labels.ts';
import { assertAcceptableCounts, assertAcceptableTexts } from './check-request.ts';
import { describeLimits } from './classify-schema.ts';
import { createDisconnectSignal, roundMilliseconds } from './disconnect-signal.ts';
import type { RouteOptions } from './route-options.ts';
import { zeroShotBodySchema, zeroShotReplySchema, type ZeroShotBody, type ZeroShotReply } from './zero-shot-schema.ts';

/**
 * Every label, wording, description and template of a request makes at least one sentence, so there cannot be more of any
 * of these four kinds than pairs.
 */
const listKinds = 4;

/** POST /v1/zero-shot: one text or several by labels of the request, which nothing was trained on. */
export const zeroShotRoute: FastifyPluginCallbackZod<RouteOptions> = (app, { classifier, limits }, done) => {
  app.post(
    '/v1/zero-shot',
    {
      schema: {
        summary: 'Classify by labels of the request',
        description: `Nothing need be trained on the labels. ${describeLimits(limits)} At most ${limits.maxPairs} texts times sentences about labels.`,
        tags: ['classification'],
        body: zeroShotBodySchema,
        response: {
          200: zeroShotReplySchema.describe('The answers.'),
          '4xx': errorBodySchema.describe('The request was refused; 429 says in Retry-After when to try again.'),
          '5xx': errorBodySchema.describe('The server could not answer.'),
        },
      },
      preValidation: (request, _reply, next) => {
        assertAcceptableCounts(request.body, { maxTexts: limits.maxTexts, others: listKinds * limits.maxPairs });
        next();
      },
    },
    async (request, reply): Promise<ZeroShotReply> => {
      const { text, texts = [], top_k: topK } = request.body;
      const asked = text === undefined ? texts : [text];
      assertAcceptableTexts(asked, text === undefined ? 'texts' : 'text', limits);
      assertAcceptableLabels(request.body, limits);
      const zeroShot = toWork(request.body);
      // Before anything that takes as long as there are templates times labels.
      assertAcceptablePairs(asked.length, zeroShot.sentences, limits.maxPairs);
      assertAcceptableSentences(request.body, limits);
      assertZeroShotOptions({ ...zeroShot, topK });
      const answer = await classifier.classify(asked, { zeroShot, topK, signal: createDisconnectSignal(reply) });
      return {
        method: methodOf(classifier),
        results: answer.predictions.map(toResult),
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

function toWork({
  labels,
  templates,
  multi_label: multiLabel,
  threshold,
  long_text: longText,
}: ZeroShotBody): ZeroShotWork {
  return { labels, templates, multiLabel, threshold, longText, sentences: countLabelSentences(labels, templates) };
}

/** A classifier that has answered has a description. */
function methodOf({ model }: RouteOptions['classifier']): ZeroShotReply['method'] {
  if (model?.zeroShot !== undefined) return model.zeroShot.method;
  throw new PolyheadError('INTERNAL', { message: 'The worker does not say how it scores labels.' });
}

/** What a request costs is its texts times the sentences about its labels. */
function assertAcceptablePairs(texts: number, sentences: number, limit: number): void {
  if (texts * sentences <= limit) return;
  throw new PolyheadError('REQUEST_TOO_LARGE', {
    message: `The request has ${texts} texts and ${sentences} sentences about labels, ${texts * sentences} pairs; the server accepts ${limit}.`,
    remedy:
      'Send the texts in several requests, take fewer labels, wordings or templates, or start the server with a greater --max-pairs.',
    details: { texts, sentences, limit },
  });
}

function toResult({ truncated, tokenCount, heads }: Prediction): ZeroShotReply['results'][number] {
  const answer = heads[zeroShotHead];
  if (answer?.task !== 'multi-label') {
    throw new PolyheadError('INTERNAL', { message: 'A worker gave no zero-shot answer.' });
  }
  return {
    labels: answer.labels,
    scores: answer.scores.map(({ label, score }) => ({ label, score })),
    truncated,
    token_count: tokenCount,
  };
}
