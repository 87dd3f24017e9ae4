import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

it('teaches half as many layers nearly what the teacher knows', () => {
  const { status, errors, figures } = runExample(join(import.meta.dirname, 'distillation.ts'));
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  const teacher = figures['accuracy of the teacher, 6 layers'] ?? Number.NaN;
  const student = figures['accuracy of the student, 3 layers'] ?? Number.NaN;
  expect(student).toBeGreaterThan(
    (figures['accuracy of the student, 3 layers, before its encoder learned'] ?? Number.NaN) + 0.03,
  );
  expect(student).toBeGreaterThan(teacher - 0.15);
  expect(figures['student agrees with its teacher']).toBeGreaterThan(0.7);
});
