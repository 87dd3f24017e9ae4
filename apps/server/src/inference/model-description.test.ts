import type { ModelManifest } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { createFakeManifest } from '../testing/fake-manifest.ts';
import { describeModel } from './model-description.ts';

function manifestOf(labels: readonly string[]): ModelManifest {
  return createFakeManifest({
    heads: [
      {
        name: 'topic',
        type: 'linear',
        task: 'multi-label',
        labels,
        activation: 'sigmoid',
        dimension: 4,
        file: 'heads/topic.safetensors',
        digest: 'a'.repeat(64),
        options: {},
        settings: {},
        trainedAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  });
}

describe('describeModel', () => {
  it('gives labels without a tuned threshold the usual one, whatever they are called', () => {
    const labels = ['constructor', 'toString', 'a'];
    const description = describeModel({ manifest: manifestOf(labels), heads: new Map() });
    expect(description.heads[0]?.thresholds).toEqual({ constructor: 0.5, toString: 0.5, a: 0.5 });
    // It must cross threads.
    expect(structuredClone(description)).toEqual(description);
  });

  it('names the folder of an encoder, not where it lies', () => {
    expect(describeModel({ manifest: manifestOf(['a']), heads: new Map() }).encoder.reference).toBe('an-encoder');
  });
});
