import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

it('trains encoder and linear head together, better than a head on the encoder as it comes', () => {
  const { status, errors, output, figures } = runExample(join(import.meta.dirname, 'end-to-end.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  const alone = figures['accuracy on the encoder as it comes'] ?? Number.NaN;
  expect(figures['accuracy end to end']).toBeGreaterThan(alone + 0.05);
  expect(output).toContain('head: linear, trained in 18 steps');
});
