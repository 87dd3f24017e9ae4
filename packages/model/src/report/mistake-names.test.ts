import { expect, it } from 'vitest';
import { showLabels } from './mistake-names.ts';

const labels = ['a', 'b', 'b, c', 'c'];
const show = (label: string): string => `<${label}>`;

it.each([
  ['a', '<a>'],
  ['a, c', '<a>, <c>'],
  ['a, b, c', '<a>, <b, c>'],
  ['b, a', '<b>, <a>'],
  ['no label', 'no label'],
  ['a, x', 'a, x'],
  ['', ''],
])('shows the labels of "%s" as "%s"', (text, shown) => {
  expect(showLabels(text, labels, show)).toBe(shown);
});
