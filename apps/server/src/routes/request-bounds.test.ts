import { Writable } from 'node:stream';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { createServerConfig } from '../config.ts';
import { createFakeClassifier, fakeModel, type FakeClassifier } from '../testing/fake-classifier.ts';

interface ErrorJson {
  readonly error: { readonly code: string; readonly message: string; readonly details?: Record<string, unknown> };
}

const apps: FastifyInstance[] = [];

function start(settings: Record<string, unknown> = {}): {
  readonly classifier: FakeClassifier;
  readonly log: string[];
  readonly post: (url: string, body: unknown) => Promise<LightMyRequestResponse>;
} {
  const log: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(chunk.toString());
      done();
    },
  });
  const classifier = createFakeClassifier({ model: { ...fakeModel, zeroShot: { method: 'embedding' } } });
  const limits = createServerConfig(settings);
  const app = createApp({ classifier, limits, modelName: 'demo', zeroShot: true, logger: { level: 'info', stream } });
  apps.push(app);
  return { classifier, log, post: (url, body) => app.inject({ method: 'POST', url, payload: body as object }) };
}

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
const long = 'x'.repeat(100_000);

describe('a request with very many mistakes', () => {
  it('is told of the first ten', async () => {
    const { post } = start();
    const response = await post('/v1/classify', { texts: zeros(1000) });
    const { error } = response.json<ErrorJson>();
    expect(response.statusCode).toBe(400);
    expect(error.message).toMatch(/field "texts\.9": [^;]*; and 990 more\./);
    expect(error.message).not.toContain('texts.10');
    expect(error.details?.['problems']).toHaveLength(10);
    expect(error.details?.['more']).toBe(990);
  });

  it.each<[string, string, object, number]>([
    ['texts', '/v1/classify', { texts: zeros(20_000) }, 413],
    ['empty texts', '/v1/classify', { texts: Array.from({ length: 20_000 }, () => '') }, 413],
    ['heads', '/v1/classify', { text: 'a', heads: zeros(20_000) }, 413],
    ['long names of heads', '/v1/classify', { text: 'a', heads: Array.from({ length: 30 }, () => long) }, 422],
    ['a long unknown field', '/v1/classify', { text: 'a', [long]: 1 }, 400],
    ['texts of a zero-shot request', '/v1/zero-shot', { texts: zeros(20_000), labels: ['a'] }, 413],
    ['labels', '/v1/zero-shot', { text: 'a', labels: zeros(50_000) }, 413],
    ['wordings', '/v1/zero-shot', { text: 'a', labels: [{ label: 'a', wordings: zeros(50_000) }] }, 413],
    [
      'wordings of several labels',
      '/v1/zero-shot',
      { text: 'a', labels: Array.from({ length: 10 }, (_, index) => ({ label: `${index}`, wordings: zeros(5000) })) },
      413,
    ],
    ['templates', '/v1/zero-shot', { text: 'a', labels: ['a'], templates: zeros(50_000) }, 413],
    ['few enough labels', '/v1/zero-shot', { text: 'a', labels: zeros(30_000) }, 400],
    ['a long label twice', '/v1/zero-shot', { text: 'a', labels: [long, long] }, 400],
    ['a long template', '/v1/zero-shot', { text: 'a', labels: ['a'], templates: long }, 400],
  ])('gets a short answer and a short line of log: %s', async (_name, url, body, status) => {
    const { classifier, log, post } = start();
    const response = await post(url, body);
    expect(response.statusCode, response.body.slice(0, 500)).toBe(status);
    expect(response.body.length).toBeLessThan(60_000);
    expect(response.json<ErrorJson>().error.message.length).toBeLessThan(2500);
    for (const line of log) expect(line.length).toBeLessThan(4000);
    expect(classifier.calls).toEqual([]);
  });

  it('takes as many labels and wordings as the pairs allow', async () => {
    const { post } = start({ maxPairs: 4 });
    const labels = ['a', 'b', 'c', 'd'].map((label) => ({ label, wordings: [label], templates: ['{}'] }));
    expect((await post('/v1/zero-shot', { text: 'a', labels })).statusCode).not.toBe(413);
  });
});

describe('the sentences about the labels of a request', () => {
  const limit = 20;
  const tooLong = 'x'.repeat(21);
  const fits = 'x'.repeat(20);

  it.each<[string, object, string]>([
    ['a label', { labels: ['a', tooLong] }, 'labels.1'],
    ['the label of an object', { labels: [{ label: tooLong, descriptions: ['a'] }] }, 'labels.0.label'],
    ['a wording', { labels: [{ label: 'a', wordings: ['b', tooLong] }] }, 'labels.0.wordings.1'],
    ['a description', { labels: ['b', { label: 'a', descriptions: [tooLong] }] }, 'labels.1.descriptions.0'],
    ['a template of a label', { labels: [{ label: 'a', templates: ['{}', `${tooLong} {}`] }] }, 'labels.0.templates.1'],
    ['the template of a label', { labels: [{ label: 'a', templates: `${tooLong} {}` }] }, 'labels.0.templates'],
    ['a template', { labels: ['a'], templates: ['{}', `${tooLong} {}`] }, 'templates.1'],
    ['the template', { labels: ['a'], templates: `${tooLong} {}` }, 'templates'],
  ])('are refused with 413 if %s is too long', async (_name, body, field) => {
    const { classifier, post } = start({ maxCharacters: limit });
    const response = await post('/v1/zero-shot', { text: 'a', ...body });
    const { error } = response.json<ErrorJson>();
    expect([response.statusCode, error.code]).toEqual([413, 'REQUEST_TOO_LARGE']);
    expect(error.details).toMatchObject({ field, limit });
    expect(classifier.calls).toEqual([]);
  });

  it('are refused with 422 if half a surrogate pair stands in a label', async () => {
    const response = await start().post('/v1/zero-shot', { text: 'a', labels: ['a', 'b\ud83d'] });
    expect(response.statusCode).toBe(422);
    expect(response.json<ErrorJson>().error.details).toEqual({ field: 'labels.1', position: 1 });
  });

  it('are refused if a template and a wording make too long a one, before it is made', async () => {
    const { classifier, post } = start();
    const body = { text: 'a', labels: ['x'.repeat(90_000)], templates: ['{}', '{0}'.repeat(1000)] };
    const response = await post('/v1/zero-shot', body);
    const { error } = response.json<ErrorJson>();
    expect([response.statusCode, error.code]).toEqual([413, 'REQUEST_TOO_LARGE']);
    expect(error.details).toEqual({ characters: 90_000_000, limit: 100_000 });
    expect(classifier.calls).toEqual([]);
  });

  it('are refused if they are too long together', async () => {
    const { classifier, post } = start({ maxBodyBytes: 2000, maxCharacters: 1000 });
    const labels = ['a', 'b', 'c', 'd', 'e'].map((name) => name.repeat(9));
    const long = await post('/v1/zero-shot', { text: 'a', labels, templates: '{0}'.repeat(50) });
    expect(long.json<ErrorJson>().error).toMatchObject({
      code: 'REQUEST_TOO_LARGE',
      details: { characters: 2250, limit: 2000 },
    });
    const short = await post('/v1/zero-shot', { text: 'a', labels, templates: '{0}'.repeat(44) });
    expect(short.json<ErrorJson>().error.code).toBe('INTERNAL');
    expect(classifier.calls).toHaveLength(1);
  });

  it('are taken up to the limit', async () => {
    const { classifier, post } = start({ maxCharacters: limit });
    const labels = [fits, { label: 'x'.repeat(10), templates: '{0}{0}' }, { label: 'a', descriptions: [fits] }];
    await post('/v1/zero-shot', { text: 'a', labels });
    expect(classifier.calls).toHaveLength(1);
  });
});
