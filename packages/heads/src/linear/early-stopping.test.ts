import { describe, expect, it } from 'vitest';
import { createEarlyStopping } from './early-stopping.ts';

function stopsAt(patience: number, losses: readonly number[]): number {
  const stopping = createEarlyStopping(patience);
  return losses.findIndex((loss) => stopping.shouldStop(loss));
}

describe('createEarlyStopping', () => {
  it('waits for the patience to run out', () => {
    expect(stopsAt(2, [3, 2, 2.5, 1, 1.1, 1.2, 1.3])).toBe(5);
  });

  it('goes on while the loss falls', () => {
    expect(stopsAt(1, [5, 4, 3, 2, 1])).toBe(-1);
  });

  it('does not count a fall of less than a thousandth, but adds them up', () => {
    expect(stopsAt(3, [1, 0.9995, 0.9994, 0.9993])).toBe(3);
    expect(stopsAt(3, [1, 0.9996, 0.9992, 0.9988, 0.9984, 0.998, 0.9976])).toBe(-1);
  });

  it('never stops with a patience of 0', () => {
    expect(stopsAt(0, [1, 2, 3, 4])).toBe(-1);
  });
});
