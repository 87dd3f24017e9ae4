import { expect, it } from 'vitest';
import { formatThresholds } from './thresholds-table.ts';

it('shows what stands for a label, with its threshold and figures', () => {
  const tuned = { j: 0.25 };
  const evaluation = {
    'at_0.5': { per_label: { j: { f1: 0.5, support: 7 } } },
    tuned: { per_label: { j: { f1: 0.75, support: 7 } } },
  };
  const table = formatThresholds({ thresholds: { tuned }, evaluation }, (label) => `Joy of ${label}`);
  expect(table).toMatch(/Joy of j +│ +0\.250 │ +0\.500 │ +0\.750 │ +7/);
});
