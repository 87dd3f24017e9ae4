import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measureFrozenAccuracy } from '../testing/measure-frozen-accuracy.ts';
import { runExample } from '../testing/run-example.ts';

it('learns with the encoder, and answers after it was saved and loaded', async () => {
  const { status, errors, output, figures } = runExample(join(import.meta.dirname, 'own-differentiable-head.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  expect(figures['accuracy']).toBeGreaterThan((await measureFrozenAccuracy()) + 0.05);
  expect(output).toContain("label: 'wrong_amount_of_cash_received'");
});
