import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

it('classifies without training, and teaches a model what it knows', () => {
  const { status, errors, figures } = runExample(join(import.meta.dirname, 'zero-shot.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  const zeroShot = figures['accuracy of zero-shot classification'] ?? Number.NaN;
  // One in four is guessing.
  expect(zeroShot).toBeGreaterThan(0.65);
  expect(figures['texts that it labelled']).toBeGreaterThan(100);
  // Labels of which a quarter is wrong teach less than they say themselves.
  expect(figures['accuracy of the model that learned from it']).toBeGreaterThan(0.5);
});
