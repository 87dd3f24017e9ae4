import { Writable } from 'node:stream';
import type { ErrorCode } from '@polyhead/types';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from './app.ts';
import { PolyheadError } from '@polyhead/types';
import type { Classifier } from './inference/classifier.ts';
import { classifyReplySchema } from './routes/classify-schema.ts';
import { createFakeClassifier, fakeModel, type FakeClassifier } from './testing/fake-classifier.ts';

const limits = { maxTexts: 3, maxCharacters: 20, maxPairs: 6, maxBodyBytes: 2000 };
const apps: FastifyInstance[] = [];

function start(replacements: Partial<Classifier> = {}): {
  app: FastifyInstance;
  classifier: FakeClassifier;
  log: string[];
} {
  const classifier = createFakeClassifier(replacements);
  const log: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(chunk.toString());
      done();
    },
  });
  const app = createApp({ classifier, limits, modelName: 'demo', logger: { level: 'info', stream } });
  apps.push(app);
  return { app, classifier, log };
}

function post(app: FastifyInstance, body: unknown): Promise<LightMyRequestResponse> {
  return app.inject({
    method: 'POST',
    url: '/v1/classify',
    headers: { 'content-type': 'application/json' },
    payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
}

interface ErrorJson {
  error: { code: string; message: string; details?: Record<string, unknown>; request_id: string };
  message: string;
}

/** Checks the shape that every error has, and returns the body. */
function expectError(response: LightMyRequestResponse, status: number, code: ErrorCode): ErrorJson {
  const body = response.json<ErrorJson>();
  expect({ status: response.statusCode, code: body.error.code }).toEqual({ status, code });
  expect(response.headers['content-type']).toMatch(/^application\/json/);
  expect(body.message).toBe(body.error.message);
  expect(body.error.message).toMatch(/\w+.*\.$/s);
  expect(body.error.request_id).toBe(response.headers['x-request-id']);
  return body;
}

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

describe('POST /v1/classify', () => {
  it('answers one text with every head, in the documented shape', async () => {
    const { app, classifier } = start();
    const response = await post(app, { text: 'Where is it?' });
    expect(response.statusCode).toBe(200);
    const body = response.json<Record<string, unknown>>();
    expect(body).toEqual({
      model: 'demo',
      results: [
        {
          truncated: false,
          token_count: 12,
          heads: {
            intent: {
              task: 'single-label',
              label: 'refund',
              display_name: 'refund',
              score: 1 - 1 / 13,
              scores: [
                { label: 'refund', display_name: 'refund', score: 1 - 1 / 13 },
                { label: 'card', display_name: 'Card arrival', score: 1 / 13 },
              ],
            },
            emotion: {
              task: 'multi-label',
              labels: ['anger'],
              scores: [{ label: 'anger', score: 0.4, threshold: 0.3 }],
            },
            stars: { task: 'regression', value: 12 },
          },
        },
      ],
      timing_ms: { queue: 1.23, inference: 2, total: expect.any(Number) as number },
    });
    expect(classifyReplySchema.parse(body)).toEqual(body);
    expect(classifier.calls[0]?.options).toMatchObject({ heads: undefined, topK: undefined });
  });

  it('has no label where a head abstains', async () => {
    const { app } = start();
    const body = (await post(app, { text: 'a', heads: ['intent'] })).json<{ results: { heads: object }[] }>();
    expect(body.results[0]?.heads).toMatchObject({
      intent: { label: null, display_name: null, score: 0.5, scores: [{}, {}] },
    });
    expect(classifyReplySchema.parse(body)).toEqual(body);
  });

  it('has names for all labels of a head with names, also of one with any number of labels', async () => {
    const heads = fakeModel.heads.map((head) => ({ ...head, displayNames: { anger: 'Anger!' } }));
    const { app } = start({ model: { ...fakeModel, heads } });
    const body = (await post(app, { text: 'a', heads: ['emotion'] })).json<{ results: { heads: object }[] }>();
    expect(body.results[0]?.heads).toEqual({
      emotion: {
        task: 'multi-label',
        labels: ['anger'],
        display_names: ['Anger!'],
        scores: [{ label: 'anger', display_name: 'Anger!', score: 0.4, threshold: 0.3 }],
      },
    });
    expect(classifyReplySchema.parse(body)).toEqual(body);
  });

  it('documents the names', async () => {
    const { app } = start();
    const document = (await app.inject('/openapi.json')).json<{
      components: { schemas: Record<string, { properties: Record<string, object>; required: string[] }> };
    }>();
    const { SingleLabelResult: single, MultiLabelResult: multi } = document.components.schemas;
    expect(single?.properties).toMatchObject({
      display_name: {},
      scores: { items: { properties: { display_name: { type: 'string' } }, required: ['label', 'score'] } },
    });
    expect(multi?.properties).toMatchObject({
      display_names: { type: 'array' },
      scores: { items: { properties: { display_name: { type: 'string' } } } },
    });
    expect(single?.required).not.toContain('display_name');
    expect(multi?.required).not.toContain('display_names');
  });

  it('answers several texts in their order, and passes heads and top_k on', async () => {
    const { app, classifier } = start();
    const response = await post(app, { texts: ['a', 'bbb', 'cc'], heads: ['stars'], top_k: 2 });
    const { results } = response.json<{ results: { heads: Record<string, { value: number }> }[] }>();
    expect(results.map(({ heads }) => Object.entries(heads))).toEqual([
      [['stars', { task: 'regression', value: 1 }]],
      [['stars', { task: 'regression', value: 3 }]],
      [['stars', { task: 'regression', value: 2 }]],
    ]);
    expect(classifier.calls[0]).toMatchObject({ texts: ['a', 'bbb', 'cc'], options: { heads: ['stars'], topK: 2 } });
  });

  it.each([
    ['broken JSON', '{"text": "a', /not valid JSON/],
    ['no body', '', /body is empty/],
    ['text in Latin-1', Buffer.from('{"text": "caf\u00e9"}', 'latin1'), /not UTF-8/],
    ['a list', [], /./],
    ['neither text nor texts', {}, /either "text" or "texts"/],
    ['both text and texts', { text: 'a', texts: ['b'] }, /either "text" or "texts"/],
    ['a text that is a number', { text: 5 }, /field "text".*string/],
    ['a text that is null', { text: null }, /field "text"/],
    ['an empty text', { text: '' }, /field "text": is empty/],
    ['a blank text among others', { texts: ['a', ' \n'] }, /field "texts.1": is empty/],
    ['an empty list', { texts: [] }, /field "texts": is an empty list/],
    ['a nested list', { texts: [['a']] }, /field "texts.0"/],
    ['an empty list of heads', { text: 'a', heads: [] }, /field "heads"/],
    ['heads that are no list', { text: 'a', heads: 'intent' }, /field "heads"/],
    ['top_k of 0', { text: 'a', top_k: 0 }, /field "top_k"/],
    ['top_k that is not whole', { text: 'a', top_k: 1.5 }, /field "top_k"/],
    ['an unknown field', { text: 'a', head: 'intent' }, /head/],
    ['a poisoned prototype', '{"text": "a", "__proto__": {"heads": ["x"]}}', /./],
  ])('refuses %s with 400', async (_name, body, message) => {
    const { app, classifier } = start();
    expect(expectError(await post(app, body), 400, 'REQUEST_INVALID').message).toMatch(message);
    expect(classifier.calls).toEqual([]);
  });

  it('refuses another content type and says which it wants', async () => {
    const { app } = start();
    const response = await app.inject({
      method: 'POST',
      url: '/v1/classify',
      payload: 'text=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(expectError(response, 400, 'REQUEST_INVALID').message).toMatch(/Content-Type: application\/json/);
  });

  it('refuses too many texts, too long texts and too many bytes with 413', async () => {
    const { app, classifier } = start();
    const many = expectError(await post(app, { texts: ['a', 'b', 'c', 'd'] }), 413, 'REQUEST_TOO_LARGE');
    expect(many.error.details).toEqual({ texts: 4, limit: 3 });
    const long = expectError(await post(app, { texts: ['a', 'x'.repeat(21)] }), 413, 'REQUEST_TOO_LARGE');
    expect(long.error.details).toEqual({ field: 'texts.1', characters: 21, limit: 20 });
    expectError(await post(app, { text: 'x'.repeat(2000) }), 413, 'REQUEST_TOO_LARGE');
    expect(classifier.calls).toEqual([]);
    expect((await post(app, { texts: ['a', 'b', 'x'.repeat(20)] })).statusCode).toBe(200);
  });

  it('refuses half a surrogate pair with 422 and names the text', async () => {
    const { app } = start();
    const body = expectError(await post(app, '{"texts": ["a", "b\\ud83d"]}'), 422, 'INVALID_TEXT');
    expect(body.error.details).toEqual({ field: 'texts.1', position: 1 });
    expect((await post(app, '{"text": "\\ud83d\\ude00"}')).statusCode).toBe(200);
  });

  it('refuses an unknown head with 422 and names the heads that there are', async () => {
    const { app } = start();
    const body = expectError(await post(app, { text: 'a', heads: ['intent', 'topic'] }), 422, 'HEAD_NOT_FOUND');
    expect(body.message).toBe('The model has no head "topic". Its heads are "intent", "emotion", "stars".');
    expect(body.error.details).toEqual({ unknown: ['topic'], heads: ['intent', 'emotion', 'stars'] });
  });

  it('passes overload on as 429 with Retry-After', async () => {
    const { app } = start({
      classify: () =>
        Promise.reject(
          new PolyheadError('SERVER_OVERLOADED', { message: 'Too much.', details: { retry_after_seconds: 7 } }),
        ),
    });
    const response = await post(app, { text: 'a' });
    expectError(response, 429, 'SERVER_OVERLOADED');
    expect(response.headers['retry-after']).toBe('7');
  });

  it('masks errors of its own, and logs them with the request id', async () => {
    const { app, log } = start({ classify: () => Promise.reject(new TypeError('secret of /some/file')) });
    const body = expectError(await post(app, { text: 'my private text' }), 500, 'INTERNAL');
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body.message).toContain(body.error.request_id);
    const line = log.find((entry) => entry.includes('secret of /some/file'));
    expect(line).toContain(body.error.request_id);
    expect(log.join('')).not.toContain('my private text');
  });

  it('masks the message of coded errors with status 500, but not the code', async () => {
    const { app } = start({
      classify: () => Promise.reject(new PolyheadError('WORKER_FAILED', { message: 'secret', details: { secret: 1 } })),
    });
    const body = expectError(await post(app, { text: 'a' }), 500, 'WORKER_FAILED');
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});

describe('health and models', () => {
  it('is alive and ready', async () => {
    const { app } = start();
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'alive' });
    expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready' });
  });

  it.each(['loading', 'closing'] as const)('is alive but not ready while %s', async (state) => {
    const { app } = start({ state, model: undefined });
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect(expectError(await app.inject('/readyz'), 503, 'SERVER_NOT_READY').error.details).toEqual({ state });
    expectError(await app.inject('/v1/models'), 503, 'SERVER_NOT_READY');
  });

  it('lists the model with its heads', async () => {
    const { app } = start();
    expect((await app.inject('/v1/models')).json()).toEqual({
      object: 'list',
      data: [
        {
          id: 'demo',
          object: 'model',
          encoder: {
            reference: 'fake-encoder',
            digest: 'f00d',
            dimension: 4,
            maximum_length: 16,
            pooling: 'mean',
            normalized: true,
          },
          heads: [
            {
              name: 'intent',
              type: 'logistic-regression',
              task: 'single-label',
              labels: ['card', 'refund'],
              display_names: { card: 'Card arrival' },
              temperature: 0.5,
              abstain_below: 0.6,
              trained_at: '2026-01-01T00:00:00.000Z',
            },
            {
              name: 'emotion',
              type: 'logistic-regression',
              task: 'multi-label',
              labels: ['anger', 'joy'],
              thresholds: { anger: 0.3, joy: 0.5 },
              thresholds_tuned_on: 'f1 on validation',
              trained_at: '2026-01-01T00:00:00.000Z',
            },
            {
              name: 'stars',
              type: 'ridge',
              task: 'regression',
              labels: ['stars'],
              trained_at: '2026-01-01T00:00:00.000Z',
            },
          ],
        },
      ],
    });
  });
});

describe('everything else', () => {
  it.each([
    ['GET', '/nothing?text=secret'],
    ['GET', '/v1/classify'],
    ['DELETE', '/v1/models'],
  ] as const)('answers %s %s with 404 and the routes', async (method, url) => {
    const { app } = start();
    const body = expectError(await app.inject({ method, url }), 404, 'ROUTE_NOT_FOUND');
    expect(body.error.details?.['routes']).toEqual([
      'GET /docs',
      'GET /openapi.json',
      'POST /v1/classify',
      'GET /v1/models',
      'GET /healthz',
      'GET /readyz',
    ]);
    expect(body.message).not.toContain('secret');
  });

  it('answers a path that cannot be decoded', async () => {
    const { app } = start();
    expectError(await app.inject('/%zz'), 400, 'REQUEST_INVALID');
  });

  it('documents itself', async () => {
    const { app } = start();
    const document = (await app.inject('/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
      components: { schemas: Record<string, unknown> };
    }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(['/v1/classify', '/v1/models', '/healthz', '/readyz']);
    expect(Object.keys(document.paths['/v1/classify']?.['post']?.responses ?? {})).toEqual(['200', '4XX', '5XX']);
    expect(Object.keys(document.components.schemas)).toEqual([
      'Error',
      'SingleLabelResult',
      'MultiLabelResult',
      'RegressionResult',
      'ClassifyReply',
      'Head',
      'Model',
      'ModelList',
    ]);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? '');
    const page = await app.inject('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('swagger-ui');
  });

  it('writes one line of log a request, and none for health', async () => {
    const { app, log } = start();
    await app.inject('/healthz');
    await post(app, { text: 'private' });
    const lines = log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([
      expect.objectContaining({ method: 'POST', path: '/v1/classify', status: 200, msg: 'request' }),
    ]);
  });
});
