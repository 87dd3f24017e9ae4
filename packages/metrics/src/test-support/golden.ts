import { readFileSync } from 'node:fs';

/** Reads a golden file; "NaN" and "Infinity" become numbers. The caller names the shape that the file has. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the shape of a file that no schema describes
export function readGolden<Shape>(name: string): Shape {
  const text = readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text, (_, value: unknown) => {
    if (value === 'NaN') return NaN;
    if (value === 'Infinity') return Infinity;
    return value === '-Infinity' ? -Infinity : value;
  }) as Shape;
}

/** A refusal in a golden file. */
export interface GoldenError {
  readonly error: string;
}

/** True if the reference refused to compute the figure. */
export function isRefusal(value: unknown): value is GoldenError {
  return typeof value === 'object' && value !== null && 'error' in value;
}
