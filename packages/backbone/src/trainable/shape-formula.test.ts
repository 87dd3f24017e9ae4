import { describe, expect, it } from 'vitest';
import { evaluateShape, findShapeFormula, isExact, type BatchSizes } from './shape-formula.ts';
import { probes } from './training-graphs.ts';

const other: BatchSizes = { batch: 4, sequence: 100, wordRows: 61 };

describe('the formula of a shape', () => {
  it.each<[string, (sizes: BatchSizes) => readonly number[], boolean]>([
    ['states', ({ batch, sequence }) => [batch, sequence, 32], true],
    ['tokens', ({ batch, sequence }) => [batch * sequence], true],
    ['scores', ({ batch, sequence }) => [4 * batch, sequence, sequence], true],
    ['word rows', ({ wordRows }) => [wordRows, 16], true],
    ['relative positions', ({ batch, sequence }) => [batch, 2 * sequence - 1], false],
    ['positions behind the padding', ({ sequence }) => [sequence + 2], false],
  ])('is that of %s', (_name, shapeAt, exact) => {
    const formula = findShapeFormula(probes.map(shapeAt), probes) ?? [];
    expect(evaluateShape(formula, other)).toEqual(shapeAt(other));
    expect(isExact(formula)).toBe(exact);
  });
});
