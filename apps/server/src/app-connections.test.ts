import { once } from 'node:events';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from './app.ts';
import { createServerConfig } from './config.ts';
import type { Classifier, ClassifyOptions } from './inference/classifier.ts';
import { createFakeClassifier } from './testing/fake-classifier.ts';

let app: FastifyInstance;

async function listen(replacements: Partial<Classifier> = {}): Promise<string> {
  app = createApp({
    classifier: createFakeClassifier(replacements),
    limits: createServerConfig(),
    modelName: 'demo',
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

afterEach(async () => {
  await app.close();
});

describe('connections', () => {
  it('tells the classifier when the client goes away', async () => {
    let noticeAbort: () => void = () => undefined;
    const aborted = new Promise<void>((resolve) => {
      noticeAbort = resolve;
    });
    let noticeCall: () => void = () => undefined;
    const called = new Promise<void>((resolve) => {
      noticeCall = resolve;
    });
    const address = await listen({
      classify: (_texts, { signal }: ClassifyOptions = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            noticeAbort();
            reject(new DOMException('gone', 'AbortError'));
          });
          noticeCall();
        }),
    });
    const client = new AbortController();
    const reply = fetch(`${address}/v1/classify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text": "a"}',
      signal: client.signal,
    });
    await called;
    client.abort();
    await expect(reply).rejects.toThrow();
    await aborted;
  });

  it('does not take an answered request for a client that went away', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const fake = createFakeClassifier();
    const address = await listen({
      classify: (texts, options = {}) => {
        signals.push(options.signal);
        return fake.classify(texts, options);
      },
    });
    const reply = await fetch(`${address}/v1/classify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text": "a"}',
    });
    await reply.json();
    await app.close();
    expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
  });

  it('answers what is not HTTP with a coded error', async () => {
    const { port, hostname } = new URL(await listen());
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.write('Hello?\r\n\r\n');
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
  });
});
