import { describe, expect, it } from 'vitest';
import { findEntailmentOutputs } from './entailment-labels.ts';

describe('findEntailmentOutputs', () => {
  it.each([
    [['entailment', 'neutral', 'contradiction'], 0, 2],
    [['contradiction', 'neutral', 'entailment'], 2, 0],
    [['CONTRADICTION', 'ENTAILMENT', 'NEUTRAL'], 1, 0],
    // The pipeline of transformers would take neutral, output 0, for contradiction.
    [['Neutral', 'Entailment', 'Contradiction'], 1, 2],
    [['contradicts', 'neutral', 'entails'], 2, 0],
    [['entailment', 'not_entailment'], 0, 1],
    [['not_entailment', 'entailment'], 1, 0],
    [['Not_Entailment', 'Entailment'], 1, 0],
    [['non-entailment', 'entailment'], 1, 0],
    [['no', 'entailment'], 1, 0],
    [['neutral', 'not entailment', 'entailment'], 2, 1],
  ])('finds them in %j', (labels, entailment, contradiction) => {
    expect(findEntailmentOutputs(labels)).toEqual({ entailment, contradiction });
  });

  it('follows options, by name or index', () => {
    const labels = ['LABEL_0', 'LABEL_1', 'LABEL_2'];
    expect(findEntailmentOutputs(labels, { entailment: 2, contradiction: 'LABEL_0' })).toEqual({
      entailment: 2,
      contradiction: 0,
    });
    expect(findEntailmentOutputs(['LABEL_0', 'LABEL_1'], { entailment: 1 })).toEqual({
      entailment: 1,
      contradiction: 0,
    });
  });

  it.each([
    [['LABEL_0', 'LABEL_1', 'LABEL_2'], 'named as entailment; they are 0 "LABEL_0", 1 "LABEL_1", 2 "LABEL_2".'],
    [['not_entailment', 'neutral'], 'named as entailment'],
    [['positive', 'negative'], 'named as entailment'],
    [['entailment', 'neutral', 'other'], 'named as contradiction'],
    [['entailment'], 'named as contradiction'],
  ])('refuses %j', (labels, text) => {
    const message = expect.stringContaining(text) as unknown;
    expect(() => findEntailmentOutputs(labels)).toThrow(
      expect.objectContaining({ code: 'ENTAILMENT_NOT_FOUND', message }) as Error,
    );
  });

  it.each([
    { entailment: 3 },
    { entailment: 'yes' },
    { contradiction: -1 },
    { contradiction: 0.5 },
    { contradiction: 0 },
  ])('refuses the option %j', (options) => {
    expect(() => findEntailmentOutputs(['entailment', 'not_entailment'], options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
    );
  });
});
