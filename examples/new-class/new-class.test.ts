import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measureFrozenAccuracy } from '../testing/measure-frozen-accuracy.ts';
import { runExample } from '../testing/run-example.ts';

it('goes on from a saved model with one class more', async () => {
  const { status, errors, figures } = runExample(join(import.meta.dirname, 'new-class.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  const four = figures['accuracy with four classes'];
  expect(four).toBeGreaterThan((figures['accuracy with three classes'] ?? Number.NaN) - 0.1);
  expect(four).toBeGreaterThan((await measureFrozenAccuracy()) + 0.05);
});
