import { describe, expect, it } from 'vitest';
import { decideLabels } from './decide-labels.ts';
import { createLabelSet } from './hypotheses/label-set.ts';

const logits = (exclusive: number[], independent = exclusive): Parameters<typeof decideLabels>[1] => ({
  exclusive: Float64Array.from(exclusive),
  independent: Float64Array.from(independent),
  truncated: false,
  tokenCount: 3,
});
const plain = { multiLabel: false, threshold: undefined, topK: undefined };
const set = createLabelSet(['a', { label: 'b', threshold: 0.9 }, 'c'], undefined);

describe('decideLabels', () => {
  it('gives a softmax, best first, without overflow', () => {
    const { labels, scores } = decideLabels(set, logits([999, 1000, 1000 + Math.log(2)]), plain);
    expect(scores.map(({ label }) => label)).toEqual(['c', 'b', 'a']);
    const total = Math.exp(-1) + 1 + 2;
    [2, 1, Math.exp(-1)].forEach((power, index) => expect(scores[index]?.score).toBeCloseTo(power / total, 12));
    expect(labels).toEqual(['c']);
  });

  it('chooses none below the threshold, which a label may have of its own', () => {
    expect(decideLabels(set, logits([1, 1, 2]), { ...plain, threshold: 0.6 }).labels).toEqual([]);
    expect(decideLabels(set, logits([1, 1, 2]), { ...plain, threshold: 0.5 }).labels).toEqual(['c']);
    expect(decideLabels(set, logits([1, 2, 1]), plain).labels).toEqual([]);
    expect(decideLabels(set, logits([1, 9, 1]), plain).labels).toEqual(['b']);
  });

  it('scores each label by itself for multi-label, at 0.5 unless told', () => {
    const answer = logits([0, 0, 0], [1, 2, -1]);
    const { labels, scores } = decideLabels(set, answer, { ...plain, multiLabel: true });
    expect(scores.map(({ label }) => label)).toEqual(['b', 'a', 'c']);
    expect(scores[0]?.score).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
    expect(labels).toEqual(['a']);
    expect(decideLabels(set, answer, { ...plain, multiLabel: true, threshold: 0.2 }).labels).toEqual(['a', 'c']);
  });

  it('scores a single label by itself, and lists equal scores in the order of the labels', () => {
    const single = createLabelSet(['x'], undefined);
    expect(decideLabels(single, logits([7], [0]), plain)).toEqual({
      labels: ['x'],
      scores: [{ label: 'x', score: 0.5 }],
    });
    const equal = decideLabels(set, logits([1, 1, 1]), { ...plain, topK: 2 });
    expect(equal.scores.map(({ label }) => label)).toEqual(['a', 'b']);
  });
});
