import { createHash } from 'node:crypto';
import type { Embeddings, EncodeOptions, Encoder } from '@polyhead/types';
import { encodeStreamInChunks } from '../encoding/encode-stream.ts';

/** Width of the fake's embeddings. */
export const fakeDimension = 8;

/** The embedding that the fake gives a text: numbers made from the hash of prompt and text. */
export function fakeEmbedding(text: string, prompt = ''): number[] {
  const hash = createHash('sha256')
    .update(prompt + text)
    .digest();
  return Array.from({ length: fakeDimension }, (_, index) => Math.fround((hash[index] ?? 0) / 255));
}

/** An encoder without a model that records the texts it was asked to encode. */
export interface FakeEncoder extends Encoder {
  readonly encoded: string[];
}

/** Makes a fake encoder. A text of more than 10 characters counts as cut. */
export function createFakeEncoder(digest = 'fake'): FakeEncoder {
  const encoded: string[] = [];
  const encode = (texts: readonly string[], options: EncodeOptions = {}): Promise<Embeddings> => {
    encoded.push(...texts);
    options.onProgress?.({ phase: 'encoding', done: texts.length, total: texts.length, unit: 'texts' });
    return Promise.resolve({
      data: Float32Array.from(texts.flatMap((text) => fakeEmbedding(text, options.prompt))),
      rows: texts.length,
      columns: fakeDimension,
      truncated: Uint8Array.from(texts, (text) => (text.length > 10 ? 1 : 0)),
      tokenCounts: Int32Array.from(texts, (text) => text.length),
    });
  };
  return {
    encoded,
    description: {
      reference: 'fake',
      digest,
      dimension: fakeDimension,
      maximumLength: 10,
      pooling: 'mean',
      normalized: false,
      prompt: '',
      longText: 'truncate',
      graph: 'built',
    },
    encode,
    encodeStream: (texts, options = {}) => encodeStreamInChunks(encode, texts, options),
    release: () => Promise.resolve(),
  };
}
