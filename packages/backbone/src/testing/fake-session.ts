import type { Session } from '@polyhead/runtime';
import { PolyheadError } from '@polyhead/types';

/** Width of the fake's embeddings. */
export const fakeSessionDimension = 4;

/** A session without a model that records the shapes of its batches. */
export interface FakeSession extends Session {
  readonly shapes: (readonly number[])[];
}

/**
 * Makes a session whose embedding of a row is [sum of ids, number of tokens, first id, last id], as mean pooling would
 * see them: padding does not count.
 */
export function createFakeSession(): FakeSession {
  const shapes: (readonly number[])[] = [];
  let isReleased = false;
  return {
    shapes,
    provider: 'cpu',
    concurrency: 1,
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
      name,
      dataType: 'int64',
      shape: ['batch', 'sequence'],
    })),
    outputs: [{ name: 'sentence_embedding', dataType: 'float32', shape: ['batch', fakeSessionDimension] }],
    run({ input_ids: ids, attention_mask: mask }) {
      if (isReleased) return Promise.reject(new PolyheadError('SESSION_RELEASED', { message: 'Released.' }));
      const [rows = 0, length = 0] = ids?.shape ?? [];
      shapes.push([rows, length]);
      const all = Array.from(ids?.data ?? [], Number);
      const data = Array.from({ length: rows }, (_, row) => {
        const values = all.slice(row * length, (row + 1) * length);
        const tokens = values.filter((_id, column) => Number(mask?.data[row * length + column]) === 1);
        return [tokens.reduce((sum, id) => sum + id, 0), tokens.length, tokens[0] ?? 0, tokens.at(-1) ?? 0];
      });
      return Promise.resolve({
        sentence_embedding: {
          dataType: 'float32',
          shape: [rows, fakeSessionDimension],
          data: Float32Array.from(data.flat()),
        },
      });
    },
    release() {
      isReleased = true;
      return Promise.resolve();
    },
  };
}
