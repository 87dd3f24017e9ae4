import { createHash } from 'node:crypto';
import type { EncodedText, Embeddings, Encoder } from '@polyhead/types';

/** Width of the fake's embeddings. */
export const fakeDimension = 8;

/** An encoder without a model: embeddings are made from the hash of the text. Records the batches it was asked for. */
export interface FakeEncoder extends Encoder {
  readonly calls: string[][];
  released: boolean;
}

/** The embedding that the fake gives a text. */
function fakeEmbedding(text: string, dimension: number = fakeDimension): Float32Array {
  const bytes = createHash('sha512').update(text).digest();
  return Float32Array.from({ length: dimension }, (_, index) => (bytes[index % bytes.length] ?? 0) / 127.5 - 1);
}

/** Makes a fake encoder. Texts of more than 20 characters count as cut. */
export function createFakeEncoder(
  options: { readonly digest?: string; readonly dimension?: number; readonly reference?: string } = {},
): FakeEncoder {
  const { digest = 'f'.repeat(64), dimension = fakeDimension, reference = 'fake-encoder' } = options;
  const calls: string[][] = [];
  const encode = (texts: readonly string[]): Promise<Embeddings> => {
    calls.push([...texts]);
    const data = new Float32Array(texts.length * dimension);
    texts.forEach((text, row) => {
      data.set(fakeEmbedding(text, dimension), row * dimension);
    });
    return Promise.resolve({
      data,
      rows: texts.length,
      columns: dimension,
      truncated: Uint8Array.from(texts, (text) => (text.length > 20 ? 1 : 0)),
      tokenCounts: Int32Array.from(texts, (text) => text.length),
    });
  };
  async function* encodeStream(texts: AsyncIterable<string> | Iterable<string>): AsyncIterable<EncodedText> {
    for await (const text of texts) {
      await encode([text]);
      const embedding = fakeEmbedding(text, dimension);
      yield { text, embedding, truncated: text.length > 20, tokenCount: text.length };
    }
  }
  const encoder: FakeEncoder = {
    calls,
    released: false,
    description: {
      reference,
      digest,
      dimension,
      maximumLength: 20,
      pooling: 'mean',
      normalized: false,
      prompt: '',
      longText: 'truncate',
      graph: 'built',
    },
    encode,
    encodeStream,
    release() {
      encoder.released = true;
      return Promise.resolve();
    },
  };
  return encoder;
}
