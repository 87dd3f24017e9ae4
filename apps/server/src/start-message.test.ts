import { describe, expect, it } from 'vitest';
import { createFakeClassifier } from './testing/fake-classifier.ts';
import { formatStartMessage } from './start-message.ts';

describe('the start message', () => {
  it('names heads, encoder and address, and where labels of requests are taken if they are', () => {
    const { model } = createFakeClassifier();
    if (model === undefined) throw new Error('The fake classifier describes no model.');
    const plain = formatStartMessage('http://127.0.0.1:8080', 'tiny', model);
    expect(plain).toContain('Serving tiny on http://127.0.0.1:8080');
    expect(plain).toContain('intent (single-label, 2 labels)');
    expect(plain).not.toContain('zero-shot');
    const both = formatStartMessage('http://127.0.0.1:8080', 'tiny', { ...model, zeroShot: { method: 'cascade' } });
    expect(both).toContain('labels   of your own at /v1/zero-shot (cascade)');
  });
});
