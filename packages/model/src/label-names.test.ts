import { describe, expect, it } from 'vitest';
import { createShownNames, findDisplayNames, toDisplayName } from './label-names.ts';

describe('createShownNames', () => {
  it('gives names, and labels where there are none', () => {
    const show = createShownNames({ labels: ['01', '02', 'toString'], displayNames: { '01': 'News' } });
    expect(['01', '02', 'toString', 'no label'].map(show)).toEqual(['News', '02', 'toString', 'no label']);
    expect(createShownNames({ labels: ['01'] })('01')).toBe('01');
  });

  it('tells labels of the same name apart', () => {
    const displayNames = { a: 'Card', b: 'Card', c: 'd' };
    const show = createShownNames({ labels: ['a', 'b', 'c', 'd'], displayNames });
    expect(['a', 'b', 'c', 'd'].map(show)).toEqual(['Card (a)', 'Card (b)', 'd (c)', 'd']);
  });
});

it('finds the names of a head, if it has any', () => {
  const heads = [
    { name: 'intent', displayNames: { card: 'A card' } },
    { name: 'mood' },
    { name: 'x', displayNames: {} },
  ];
  expect(findDisplayNames(heads, 'intent')).toEqual({ card: 'A card' });
  for (const name of ['mood', 'x', 'none']) expect(findDisplayNames(heads, name)).toBeUndefined();
  expect(toDisplayName({ card: 'A card' }, 'constructor')).toBe('constructor');
});
