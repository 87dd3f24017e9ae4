import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

it('asks the nearest texts, which few-shot training brings nearer', () => {
  const { status, errors, output, figures } = runExample(join(import.meta.dirname, 'own-fitted-head.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  const alone = figures['accuracy on the encoder as it comes'] ?? Number.NaN;
  expect(figures['accuracy after few-shot training']).toBeGreaterThan(alone + 0.05);
  expect(output).toContain("label: 'wrong_amount_of_cash_received'");
});
