import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measureFrozenAccuracy } from '../testing/measure-frozen-accuracy.ts';
import { runExample } from '../testing/run-example.ts';

it('learns intents from eight texts of each, better than a head on the encoder as it comes', async () => {
  const { status, errors, output, figures } = runExample(join(import.meta.dirname, 'few-shot-intents.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  const alone = figures['accuracy on the encoder as it comes'] ?? Number.NaN;
  const trained = figures['accuracy after few-shot training'];
  expect(trained).toBeGreaterThan(alone + 0.05);
  // The example's encoder comes from its training; rounding may turn the answer to one of the 52 texts, no more.
  expect(Math.abs(alone - (await measureFrozenAccuracy()))).toBeLessThan(0.02);
  expect(output).toContain("label: 'wrong_amount_of_cash_received'");
});
