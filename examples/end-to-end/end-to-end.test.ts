import { join } from 'node:path';
import { expect, it } from 'vitest';
import { frozenAccuracy } from '../testing/frozen-accuracy.ts';
import { runExample } from '../testing/run-example.ts';

it('trains encoder and linear head together', () => {
  const { status, errors, output, figures } = runExample(join(import.meta.dirname, 'end-to-end.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  expect(figures['accuracy']).toBeGreaterThan(frozenAccuracy);
  expect(output).toContain('head: linear, trained in 12 steps');
});
