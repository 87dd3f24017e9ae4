import type { Prediction } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolyheadError } from '@polyhead/types';
import { createJobQueue, type Slice } from './job-queue.ts';

function answer({ texts, finish }: Slice): void {
  finish(texts.map(predict));
}

function predict(text: string): Prediction {
  return { text, truncated: false, tokenCount: text.length, heads: {} };
}

function take(queue: ReturnType<typeof createJobQueue>): Slice {
  const slice = queue.take();
  if (slice === undefined) throw new PolyheadError('INTERNAL', { message: 'The queue has nothing.' });
  return slice;
}

describe('createJobQueue', () => {
  it('answers any requests in the order of their texts, whatever order the slices are finished in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string(), { maxLength: 9 }), { maxLength: 6 }),
        fc.infiniteStream(fc.nat(5)),
        async (requests, choices) => {
          const queue = createJobQueue({ capacity: 6, workers: 1, sliceLength: 2 });
          const answers = requests.map((texts) => queue.add(texts));
          const taken: Slice[] = [];
          for (let slice = queue.take(); slice !== undefined; slice = queue.take()) taken.push(slice);
          while (taken.length > 0) {
            const position = (choices.next().value ?? 0) % taken.length;
            for (const slice of taken.splice(position, 1)) answer(slice);
          }
          const results = await Promise.all(answers);
          expect(results.map(({ predictions }) => predictions.map(({ text }) => text))).toEqual(requests);
          await queue.drained();
        },
      ),
      { numRuns: 100 },
    );
  });

  it('lets requests take turns, so that a great one does not hold up a small one', async () => {
    const queue = createJobQueue({ capacity: 2, workers: 1, sliceLength: 2 });
    const great = queue.add(['a', 'b', 'c', 'd', 'e']);
    const small = queue.add(['z']);
    const order: string[] = [];
    for (let slice = queue.take(); slice !== undefined; slice = queue.take()) {
      order.push(slice.texts.join(''));
      answer(slice);
    }
    expect(order).toEqual(['ab', 'z', 'cd', 'e']);
    await Promise.all([great, small]);
  });

  it('hands heads and top_k to every slice', () => {
    const queue = createJobQueue({ capacity: 1, workers: 1, sliceLength: 1 });
    void queue.add(['a', 'b'], { heads: ['intent'], topK: 3 });
    expect(take(queue)).toMatchObject({ texts: ['a'], heads: ['intent'], topK: 3 });
    expect(take(queue)).toMatchObject({ texts: ['b'], heads: ['intent'], topK: 3 });
  });

  it('cuts texts with many labels into smaller parts', () => {
    const queue = createJobQueue({ capacity: 1, workers: 1, sliceLength: 8 });
    void queue.add(['a', 'b', 'c'], { zeroShot: { labels: ['w', 'x', 'y', 'z'], sentences: 4 } });
    expect(take(queue)).toMatchObject({ texts: ['a', 'b'], zeroShot: { labels: ['w', 'x', 'y', 'z'], sentences: 4 } });
    expect(take(queue).texts).toEqual(['c']);
  });

  it('refuses what exceeds its capacity until something is finished, and says when to come back', async () => {
    const queue = createJobQueue({ capacity: 2, workers: 1 });
    const first = queue.add(['a']);
    const second = queue.add(Array.from({ length: 1000 }, () => 'b'));
    await expect(queue.add(['c'])).rejects.toMatchObject({
      code: 'SERVER_OVERLOADED',
      // 1001 texts at the 10 ms a text that it starts from.
      details: { retry_after_seconds: 11 },
    });
    answer(take(queue));
    await first;
    const third = queue.add(['c']);
    for (let slice = queue.take(); slice !== undefined; slice = queue.take()) answer(slice);
    expect((await second).predictions).toHaveLength(1000);
    expect((await third).predictions).toEqual([predict('c')]);
  });

  it('fails the whole request when a slice fails, and drops the rest of it', async () => {
    const queue = createJobQueue({ capacity: 2, workers: 1, sliceLength: 1 });
    const request = queue.add(['a', 'b', 'c']);
    const first = take(queue);
    const second = take(queue);
    second.fail(new PolyheadError('WORKER_FAILED', { message: 'Gone.' }));
    await expect(request).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    answer(first);
    expect(queue.take()).toBeUndefined();
    await queue.drained();
  });

  it('drops what an aborted request has left', async () => {
    const queue = createJobQueue({ capacity: 1, workers: 1, sliceLength: 1 });
    const controller = new AbortController();
    const request = queue.add(['a', 'b'], { signal: controller.signal });
    const slice = take(queue);
    controller.abort();
    await expect(request).rejects.toMatchObject({ code: 'ABORTED' });
    expect(queue.take()).toBeUndefined();
    answer(slice);
    await expect(queue.add(['a'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('fails everything when told to', async () => {
    const queue = createJobQueue({ capacity: 3, workers: 1 });
    const requests = [queue.add(['a']), queue.add(['b'])];
    queue.take();
    queue.failAll(new PolyheadError('WORKER_FAILED', { message: 'Gone.' }));
    for (const request of requests) await expect(request).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    expect(queue.take()).toBeUndefined();
  });
});
