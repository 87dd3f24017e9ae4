import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

it('teaches half as many layers nearly what the teacher knows', () => {
  const { status, errors, figures } = runExample(join(import.meta.dirname, 'distillation.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  const at = (when: string): number => figures[`difference from the teacher at ${when}`] ?? Number.NaN;
  expect(at('last')).toBeLessThan(0.5 * at('first'));
  // One in four is guessing.
  expect(figures['student agrees with its teacher']).toBeGreaterThan(0.7);
  const teacher = figures['accuracy of the teacher, 6 layers'] ?? Number.NaN;
  expect(figures['accuracy of the student, 3 layers']).toBeGreaterThan(teacher - 0.15);
});
