import type { HeadManifest, ModelManifest } from '@polyhead/types';

/** What a model that has no files says of itself. */
export function createFakeManifest({
  digest = 'f00d',
  heads = [],
}: {
  readonly digest?: string;
  readonly heads?: readonly HeadManifest[];
}): ModelManifest {
  return {
    format: 'polyhead',
    version: 1,
    createdBy: 'test',
    encoder: {
      storage: 'referenced',
      reference: '/models/an-encoder',
      digest,
      dimension: 4,
      maximumLength: 16,
      pooling: 'mean',
      normalized: true,
      prompt: '',
      longText: 'truncate',
      graph: 'built',
    },
    heads,
  };
}
