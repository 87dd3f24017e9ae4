import { createRandomGenerator } from '@polyhead/numerics';
import type { LabeledTexts } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import type { EmbeddingPhase } from '../settings.ts';
import { createContrastiveSource } from './create-contrastive-source.ts';

const classIndices = Int32Array.from({ length: 24 }, (_, row) => row % 3);
const examples: LabeledTexts = {
  texts: Array.from(classIndices, (label, row) => `label ${label} text ${row}`),
  targets: { task: 'single-label', labels: ['0', '1', '2'], classIndices },
};
const random = createRandomGenerator(5);

function source(
  shape: 'pairs' | 'triplets' | 'ranking' | 'groups',
  sampling: EmbeddingPhase['sampling'] = 'all-pairs',
) {
  return createContrastiveSource(shape, { examples: [examples], phase: { sampling, batchSize: 8 } });
}

const labelAt = (rows: Int32Array, place = -1): number => classIndices[rows[place] ?? -1] ?? -1;

describe('batches of pairs', () => {
  it.each([
    'all-pairs',
    'oversampling',
    'undersampling',
    'unique',
    { iterations: 2 },
    { reference: 'oversampling' },
  ] as const)('have targets that tell whether labels are the same: %j', (sampling) => {
    const made = source('pairs', sampling);
    const batches = made.batchesOf(1, random);
    expect(batches.length).toBeGreaterThan(0);
    for (const rows of batches) {
      const batch = made.toBatch(rows);
      if (!('second' in batch)) throw new TypeError('expected pairs');
      expect(batch.first.length).toBeGreaterThan(0);
      batch.targets.forEach((target, pair) => {
        expect(target).toBe(labelAt(rows, batch.first[pair]) === labelAt(rows, batch.second[pair]) ? 1 : 0);
      });
    }
  });

  it('never pair a text with itself, except as the reference does', () => {
    const withItself = (sampling: EmbeddingPhase['sampling']): boolean =>
      source('pairs', sampling)
        .batchesOf(1, random)
        .some((rows) => rows.some((row, place) => place % 2 === 0 && row === rows[place + 1]));
    expect(withItself('unique')).toBe(false);
    expect(withItself({ reference: 'unique' })).toBe(true);
  });

  it('compare every text of a pass with all others of its batch', () => {
    const made = source('pairs');
    const batches = made.batchesOf(1, random);
    expect(batches.flatMap((rows) => [...rows]).toSorted((a, b) => a - b)).toEqual([...examples.texts.keys()]);
    for (const rows of batches) {
      const batch = made.toBatch(rows);
      if (!('second' in batch)) throw new TypeError('expected pairs');
      expect(batch.first).toHaveLength((rows.length * (rows.length - 1)) / 2);
    }
  });
});

it('refuses to draw more pairs than anybody would train on', () => {
  const many = Int32Array.from({ length: 10_000 }, (_, row) => row % 3);
  const texts = Array.from(many, String);
  const made = createContrastiveSource('pairs', {
    examples: [{ texts, targets: { task: 'single-label', labels: ['0', '1', '2'], classIndices: many } }],
    phase: { sampling: 'unique', batchSize: 8 },
  });
  expect(() => made.batchesOf(1, random)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});

it('makes triplets of an anchor, one of its label and one of another', () => {
  const made = source('triplets');
  const batches = made.batchesOf(1, random);
  expect(batches.reduce((sum, rows) => sum + rows.length / 3, 0)).toBe(24);
  for (const rows of batches) {
    const batch = made.toBatch(rows);
    if (!('positives' in batch) || batch.negatives === undefined) throw new TypeError('expected triplets');
    batch.anchors.forEach((anchor, triplet) => {
      expect(labelAt(rows, batch.positives[triplet])).toBe(labelAt(rows, anchor));
      expect(labelAt(rows, batch.negatives?.[triplet])).not.toBe(labelAt(rows, anchor));
      expect(rows[batch.positives[triplet] ?? -1]).not.toBe(rows[anchor]);
    });
  }
});

it('makes ranking batches in which nobody’s partner would be right for another', () => {
  const made = source('ranking');
  for (const rows of made.batchesOf(1, random)) {
    const batch = made.toBatch(rows);
    if (!('positives' in batch)) throw new TypeError('expected anchors');
    const labels = Array.from(batch.anchors, (anchor) => labelAt(rows, anchor));
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels.length).toBeGreaterThan(1);
    expect(Array.from(batch.positives, (positive) => labelAt(rows, positive))).toEqual(labels);
  }
});

it('makes groups with what their texts have in common', () => {
  const made = source('groups');
  const [rows] = made.batchesOf(1, random);
  if (rows === undefined) throw new TypeError('expected a batch');
  const batch = made.toBatch(rows);
  if (!('alike' in batch)) throw new TypeError('expected groups');
  rows.forEach((_, left) => {
    rows.forEach((_row, right) => {
      const same = left !== right && labelAt(rows, left) === labelAt(rows, right);
      expect(batch.alike[left * rows.length + right]).toBe(same ? 1 : 0);
    });
  });
});

describe('examples of one’s own', () => {
  it('are batches beside the others, with their own similarity', () => {
    const pairs = [
      { first: 'one', second: 'two', similarity: 0.5 },
      { first: 'three', second: 'four', similarity: -1 },
    ];
    const made = createContrastiveSource('pairs', {
      examples: [],
      own: { pairs },
      phase: { sampling: 'all-pairs', batchSize: 8 },
    });
    const [rows] = made.batchesOf(1, random);
    if (rows === undefined) throw new TypeError('expected a batch');
    const batch = made.toBatch(rows);
    if (!('second' in batch)) throw new TypeError('expected pairs');
    const found = Array.from(batch.targets, (similarity, pair) => ({
      first: made.texts[rows[batch.first[pair] ?? -1] ?? -1],
      second: made.texts[rows[batch.second[pair] ?? -1] ?? -1],
      similarity,
    }));
    expect(found.toSorted((a, b) => b.similarity - a.similarity)).toEqual(pairs);
  });

  it('are refused where the loss cannot use them', () => {
    const own = { triplets: [{ anchor: 'a', positive: 'b', negative: 'c' }] };
    const input = { examples: [examples], own, phase: { sampling: 'all-pairs', batchSize: 8 } } as const;
    expect(() => createContrastiveSource('pairs', input)).toThrow(/triplets of your own, but the loss needs pairs/);
    expect(createContrastiveSource('ranking', input).texts).toHaveLength(27);
  });
});
