import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measureFrozenAccuracy } from '../testing/measure-frozen-accuracy.ts';
import { runExample } from '../testing/run-example.ts';

it('trains encoder and linear head together', async () => {
  const { status, errors, output, figures } = runExample(join(import.meta.dirname, 'end-to-end.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  expect(figures['accuracy']).toBeGreaterThan((await measureFrozenAccuracy()) + 0.05);
  expect(output).toContain('head: linear, trained in 12 steps');
});
