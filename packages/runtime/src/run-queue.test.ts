import { Worker } from 'node:worker_threads';
import type { NamedTensors } from './session.ts';
import { describe, expect, it } from 'vitest';
import { createRunQueue } from './run-queue.ts';

const feeds: NamedTensors = { x: { dataType: 'float32', shape: [1], data: new Float32Array(1) } };
const startWorker = (code: string): Worker =>
  new Worker(`const { parentPort } = require('node:worker_threads');\n${code}`, { eval: true });

describe('createRunQueue', () => {
  it.each([
    ['exits', 'process.exit(3)', 'exit code 3'],
    ['throws', 'throw new TypeError("out of luck")', 'out of luck'],
  ])('rejects every run when the worker %s', async (_name, statement, reason) => {
    const queue = createRunQueue(startWorker(`parentPort.on('message', () => { ${statement}; });`));
    const message: unknown = expect.stringContaining(reason);
    const results = await Promise.allSettled([queue.add(feeds, ['y']), queue.add(feeds, ['y'])]);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'WORKER_FAILED', message } });
    }
    await expect(queue.add(feeds, ['y'])).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    await queue.end();
  });

  it('keeps the code, message and details of an error that the worker reports', async () => {
    const error = "{ code: 'SHAPE_MISMATCH', message: 'too wide', details: { width: 4 } }";
    const queue = createRunQueue(
      startWorker(`parentPort.on('message', (request) => {
        if (request.kind === 'release') parentPort.close();
        else parentPort.postMessage({ kind: 'failure', id: request.id, error: ${error} });
      });`),
    );
    await expect(queue.add(feeds, ['y'])).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
      message: 'too wide',
      details: { width: 4 },
    });
    await queue.end();
  });
});
