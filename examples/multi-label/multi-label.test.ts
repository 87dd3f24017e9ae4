import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

it('finds several labels with tuned thresholds, one by one and as a chain', () => {
  const { status, errors, output, figures } = runExample(join(import.meta.dirname, 'multi-label.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  const everything = figures['macro F1 of assigning every label'] ?? Number.NaN;
  for (const head of ['each', 'chain']) {
    expect(figures[`${head}, macro F1 at tuned thresholds`]).toBeGreaterThan(everything + 0.1);
  }
  expect(figures['each, macro F1 at tuned thresholds']).toBeGreaterThan(figures['each, macro F1 at 0.5'] ?? Number.NaN);
  expect(output).toMatch(/labels: \[[^\]]*'gratitude'/);
});
