import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { createEmbeddingLoss, embeddingLossNames, type EmbeddingLossConfig } from './create-embedding-loss.ts';

describe('createEmbeddingLoss', () => {
  it.each(embeddingLossNames)('makes %s by its name', (name) => {
    expect(createEmbeddingLoss(name).name).toBe(name);
    expect(createEmbeddingLoss({ name }).name).toBe(name);
  });

  it('says what each loss needs to see', () => {
    const shapes = Object.fromEntries(embeddingLossNames.map((name) => [name, createEmbeddingLoss(name).batchShape]));
    expect(shapes).toEqual({
      'cosine-similarity': 'pairs',
      contrastive: 'pairs',
      'online-contrastive': 'pairs',
      cosent: 'pairs',
      angle: 'pairs',
      'multiple-negatives-ranking': 'ranking',
      triplet: 'triplets',
      'batch-all-triplet': 'groups',
      'batch-hard-triplet': 'groups',
      'batch-hard-soft-margin-triplet': 'groups',
      'batch-semi-hard-triplet': 'groups',
      'supervised-contrastive': 'groups',
    });
  });

  it.each([
    'no-such-loss',
    'toString',
    null,
    undefined,
    7,
    [],
    {},
    { name: 'no-such-loss' },
    { name: 'cosine-similarity', margin: 0.5 },
    { name: 'contrastive', scale: 20 },
    { name: 'batch-hard-soft-margin-triplet', margin: 5 },
    { name: 'contrastive', margin: -0.1 },
    { name: 'contrastive', margin: '0.5' },
    { name: 'contrastive', margin: null },
    { name: 'contrastive', distance: 'chebyshev' },
    { name: 'online-contrastive', margin: Infinity },
    { name: 'cosent', scale: 0 },
    { name: 'angle', scale: Number.NaN },
    { name: 'multiple-negatives-ranking', scale: -20 },
    { name: 'multiple-negatives-ranking', symmetric: 'yes' },
    { name: 'triplet', margin: -1 },
    { name: 'triplet', distance: 'dot' },
    { name: 'batch-all-triplet', distance: 'manhattan' },
    { name: 'batch-hard-triplet', margin: Number.NaN },
    { name: 'batch-hard-soft-margin-triplet', distance: 3 },
    { name: 'batch-semi-hard-triplet', margin: -1 },
    { name: 'supervised-contrastive', temperature: 0 },
  ])('refuses %j', (config) => {
    expect(() => createEmbeddingLoss(config as EmbeddingLossConfig)).toThrow(
      expect.toSatisfy((error: unknown) => hasErrorCode(error, 'INVALID_ARGUMENT')),
    );
  });

  it('names the losses or options that there are', () => {
    expect(() => createEmbeddingLoss('cosine' as EmbeddingLossConfig)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('cosine-similarity, contrastive') as string }),
    );
    expect(() => createEmbeddingLoss({ name: 'cosent', margin: 1 } as EmbeddingLossConfig)).toThrow(
      expect.objectContaining({ remedy: 'Its options: scale.' }),
    );
  });
});
