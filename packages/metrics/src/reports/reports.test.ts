import type { MultiLabelTargets, SingleLabelTargets } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateSingleLabel } from '../evaluation/evaluate-single-label.ts';
import { multiLabelData, singleLabelData } from '../test-support/arbitraries.ts';
import { thresholdTable } from '../thresholds/threshold-table.ts';
import { findConfidentMistakes } from './confident-mistakes.ts';
import { mostConfusedPairs } from './most-confused-pairs.ts';

describe('findConfidentMistakes', () => {
  const targets: SingleLabelTargets = {
    task: 'single-label',
    labels: ['a', 'b'],
    classIndices: Int32Array.of(0, 0, 1, 1),
  };
  const scores = { data: Float32Array.of(0.25, 0.75, 1, 0, 0.875, 0.125, 0, 1), rows: 4, columns: 2 };

  it('lists wrong classes, the surest first', () => {
    expect(findConfidentMistakes(targets, scores)).toEqual([
      { row: 2, truth: ['b'], predicted: ['a'], label: 'a', score: 0.875 },
      { row: 0, truth: ['a'], predicted: ['b'], label: 'b', score: 0.75 },
    ]);
    expect(findConfidentMistakes(targets, scores, { count: 1 })).toHaveLength(1);
    expect(findConfidentMistakes(targets, scores, { count: 0 })).toEqual([]);
  });

  it('lists rows with wrong labels, by the label that was most surely wrong', () => {
    const many: MultiLabelTargets = {
      task: 'multi-label',
      labels: ['joy', 'fear', 'love'],
      indicators: Uint8Array.of(1, 0, 1, 0, 1, 0, 0, 0, 1),
    };
    const data = Float32Array.of(0.125, 0.75, 0.75, 0.875, 0.375, 0, 0, 0, 1);
    const input = { data, rows: 3, columns: 3 };
    expect(findConfidentMistakes(many, input)).toEqual([
      { row: 0, truth: ['joy', 'love'], predicted: ['fear', 'love'], label: 'joy', score: 0.125 },
      { row: 1, truth: ['fear'], predicted: ['joy'], label: 'joy', score: 0.875 },
    ]);
    const thresholds = { joy: 0.1, fear: 0.8 };
    expect(findConfidentMistakes(many, input, { thresholds }).map(({ row }) => row)).toEqual([1]);
  });

  it('finds every wrong row and no other', () => {
    fc.assert(
      fc.property(singleLabelData, (data) => {
        const mistakes = findConfidentMistakes(data.targets, data.scores, { count: Infinity });
        const wrong = Math.round((1 - evaluateSingleLabel(data).accuracy) * data.scores.rows);
        expect(new Set(mistakes.map(({ row }) => row)).size).toBe(wrong);
        expect(mistakes.map(({ score }) => score)).toEqual(mistakes.map(({ score }) => score).sort((a, b) => b - a));
      }),
    );
  });
});

describe('mostConfusedPairs', () => {
  const matrix = {
    labels: ['a', 'b', 'c'],
    counts: [
      [5, 2, 0],
      [4, 1, 0],
      [2, 0, 0],
    ],
  };

  it('lists confusions by how often they happen, then by their share', () => {
    expect(mostConfusedPairs(matrix)).toEqual([
      { truth: 'b', predicted: 'a', count: 4, share: 0.8 },
      { truth: 'c', predicted: 'a', count: 2, share: 1 },
      { truth: 'a', predicted: 'b', count: 2, share: 2 / 7 },
    ]);
    expect(mostConfusedPairs(matrix, 1)).toHaveLength(1);
  });
});

describe('thresholdTable', () => {
  it('has a row a threshold, ascending', () => {
    const targets: MultiLabelTargets = { task: 'multi-label', labels: ['joy'], indicators: Uint8Array.of(1, 0, 1) };
    const scores = { data: Float32Array.of(0.9, 0.6, 0.3), rows: 3, columns: 1 };
    expect(thresholdTable(targets, scores, { label: 'joy', thresholds: [0.95, 0.5, 0.1] })).toEqual([
      { threshold: 0.1, predicted: 3, precision: 2 / 3, recall: 1, f1: 0.8 },
      { threshold: 0.5, predicted: 2, precision: 0.5, recall: 0.5, f1: 0.5 },
      { threshold: 0.95, predicted: 0, precision: 0, recall: 0, f1: 0 },
    ]);
  });

  it('loses recall as the threshold rises', () => {
    fc.assert(
      fc.property(multiLabelData, ({ targets, scores }) => {
        const table = thresholdTable(targets, scores, { label: 'label 0' });
        expect(table).toHaveLength(19);
        const recalls = table.map(({ recall }) => recall);
        expect(recalls).toEqual([...recalls].sort((a, b) => b - a));
      }),
    );
  });
});
