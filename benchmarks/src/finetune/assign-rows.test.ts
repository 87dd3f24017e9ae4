import { describe, expect, it } from 'vitest';
import { assignRows, groupRows } from './assign-rows.ts';

describe('assignRows', () => {
  const groups = groupRows(['a', 'b', 'a', 'c']);

  it('gives each row of a text in turn, and begins anew in every epoch', () => {
    const steps = [
      { epoch: 1, texts: [0, 1] },
      { epoch: 1, texts: [2, 0] },
      { epoch: 2, texts: [0] },
    ];
    expect([...groups]).toEqual([
      ['a', [0, 2]],
      ['b', [1]],
      ['c', [3]],
    ]);
    expect(assignRows(steps, [...groups.values()])).toEqual([[0, 1], [3, 2], [0]]);
  });

  it('stays with the last row of a text that comes more often than it has rows', () => {
    const steps = [1, 2, 3].map(() => ({ epoch: 1, texts: [1, 9] }));
    expect(assignRows(steps, [...groups.values()])).toEqual([[1], [1], [1]]);
  });
});
