import { createRandomGenerator } from '@polyhead/numerics';
import type { RandomGenerator } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectError, temporaryFile } from '../temporary-file.test-support.ts';
import { drawTexts, type DrawTextsInput, type DrawTextsOptions } from './draw-texts.ts';
import { entailmentPairs, type EntailmentPairsOptions } from './entailment-pairs.ts';
import { loadExcludedTexts } from './excluded-texts.ts';
import { createLabelHypotheses } from './label-hypotheses.ts';
import { loadClassifiedTexts } from './load-classified-texts.ts';
import { loadNliPairs } from './load-nli-pairs.ts';
import { nearestWrongLabels } from './nearest-wrong-labels.ts';
import { parseNliLabel, toNliClass, type NliPair } from './nli-label.ts';

const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

describe('labels', () => {
  it.each([
    ['entailment', 'entailment', 'entailment', 'entailment'],
    ['ENTAILMENT', 'entailment', 'entailment', 'entailment'],
    [' Neutral ', 'neutral', 'not_entailment', 'neutral'],
    ['contradiction', 'contradiction', 'not_entailment', 'contradiction'],
    ['not_entailment', 'not_entailment', 'not_entailment', undefined],
    ['Not Entailment', 'not_entailment', 'not_entailment', undefined],
    ['non-entailment', 'not_entailment', 'not_entailment', undefined],
  ])('%j is %s: %s of two classes, %s of three', (name, label, two, three) => {
    const parsed = parseNliLabel(name);
    expect(parsed).toBe(label);
    expect(parsed && [toNliClass(parsed, 2), toNliClass(parsed, 3)]).toEqual([two, three]);
  });

  it.each(['', '-', '1', 'positive', 'entailment?'])('%j is none', (name) => {
    expect(parseNliLabel(name)).toBeUndefined();
  });
});

describe('loadNliPairs', () => {
  it('reads pairs and reports rows that it leaves out', async () => {
    const file = await temporaryFile(
      'pairs.jsonl',
      lines([
        { premise: 'a', hypothesis: 'b', label: 'Entailment' },
        { premise: 'a', hypothesis: 'c', label: -1 },
        { premise: 'a', hypothesis: 'd', label: '-' },
        { premise: '', hypothesis: 'd', label: 'neutral' },
        { premise: 'e', hypothesis: 'f', label: 'contradiction' },
        { premise: 'g', hypothesis: 'h', label: 'neutral' },
      ]),
    );
    const { pairs, problems } = await loadNliPairs(file);
    expect(pairs.map(({ hypothesis, label }) => [hypothesis, label])).toEqual([
      ['b', 'entailment'],
      ['f', 'contradiction'],
      ['h', 'neutral'],
    ]);
    expect(problems.map(({ row }) => row)).toEqual([2, 3, 4]);
    await expectError('BROKEN_ROWS', () => loadNliPairs(file, { onBrokenRow: 'fail' }));
  });

  it('takes other columns, and numbers only if it is told what they mean', async () => {
    const file = await temporaryFile('pairs.csv', 'sentence1,sentence2,gold\nx,y,0\nx,z,2\n');
    const columns = { premise: 'sentence1', hypothesis: 'sentence2', label: 'gold' };
    await expectError('UNKNOWN_LABEL', () => loadNliPairs(file, columns));
    await expectError('COLUMN_NOT_FOUND', () => loadNliPairs(file));
    const { pairs } = await loadNliPairs(file, {
      ...columns,
      labelNames: { 0: 'entailment', 1: 'neutral', 2: 'contradiction' },
    });
    expect(pairs.map(({ label }) => label)).toEqual(['entailment', 'contradiction']);
  });
});

describe('loadClassifiedTexts', () => {
  const rows = [
    { text: 'a', label: 'x', tags: ['joy', 'love'], lang: 'en' },
    { text: 'b', label: 'y', tags: ['joy'], lang: 'en' },
    { text: 'c', label: 'z', tags: [], lang: 'de' },
    { text: 'd', label: 'oos', tags: ['anger'], lang: 'en' },
  ];

  it('reads one label a row, of rows that are wanted', async () => {
    const file = await temporaryFile('rows.jsonl', lines(rows));
    const loaded = await loadClassifiedTexts(file, { where: { lang: 'en' }, ignored: ['oos'] });
    expect(loaded).toMatchObject({ texts: ['a', 'b', 'd'], labels: ['x', 'y'], labelsOfText: [[0], [1], []] });
    await expectError('UNKNOWN_LABEL', () => loadClassifiedTexts(file, { known: ['x', 'y'] }));
    await expectError('COLUMN_NOT_FOUND', () => loadClassifiedTexts(file, { where: { language: 'en' } }));
  });

  it('reads any number of labels a row', async () => {
    const file = await temporaryFile('rows.jsonl', lines(rows));
    const loaded = await loadClassifiedTexts(file, { labels: 'tags' });
    expect(loaded.labels).toEqual(['anger', 'joy', 'love']);
    expect(loaded.labelsOfText).toEqual([[1, 2], [1], [], [0]]);
    expect((await loadClassifiedTexts(file, { labels: 'tags', maximumLabels: 1 })).texts).toEqual(['b', 'c', 'd']);
  });
});

describe('createLabelHypotheses', () => {
  it('puts every wording into every template', () => {
    const sentences = createLabelHypotheses(['card_lost', 'joy', 'spam', 'odd'], {
      templates: ['It is {}.', 'About {}.'],
      wordings: {
        joy: ['joy', '$& {x}'],
        spam: { descriptions: ['An advertisement.'] },
        odd: { templates: ['{}!'] },
      },
    });
    expect(sentences).toEqual([
      ['It is card lost.', 'About card lost.'],
      ['It is joy.', 'It is $& {x}.', 'About joy.', 'About $& {x}.'],
      ['An advertisement.'],
      ['odd!'],
    ]);
  });

  it.each([
    [['no place'], {}],
    [['{} and {}'], {}],
    [[], {}],
    [['{}'], { a: [] }],
  ])('refuses the templates %j with the wordings %j', async (templates, wordings) => {
    await expectError('INVALID_ARGUMENT', () => createLabelHypotheses(['a'], { templates, wordings }));
  });
});

describe('nearestWrongLabels', () => {
  it('finds the nearest labels that a text does not have', () => {
    const labels = { data: Float32Array.of(1, 0, 0.6, 0.8, 0, 1), rows: 3, columns: 2 };
    const texts = { data: Float32Array.of(1, 0, 0, 1), rows: 2, columns: 2 };
    const nearest = nearestWrongLabels({ texts, labels, labelsOfText: [[0], []], among: 2 });
    expect(nearest.map((list) => [...list])).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect(() => nearestWrongLabels({ texts, labels, labelsOfText: [[]], among: 2 })).toThrow('do not fit');
  });
});

interface PairOptions extends DrawTextsOptions {
  readonly hard?: Omit<NonNullable<EntailmentPairsOptions['hard']>, 'nearest'>;
  readonly isNear?: (own: readonly number[], label: number) => boolean;
}

/** Draws texts and makes pairs of them. */
function makePairs(data: DrawTextsInput, { hard, isNear = () => true, ...options }: PairOptions): NliPair[] {
  const drawn = drawTexts(data, { ...options, random: options.random.fork('texts') });
  const nearest = drawn.labelsOfText.map((own) =>
    Int32Array.from([...data.hypotheses.keys()].filter((label) => !own.includes(label) && isNear(own, label))),
  );
  return entailmentPairs(drawn, { ...options, hard: hard && { ...hard, nearest } });
}

describe('drawTexts and entailmentPairs', () => {
  const input = fc
    .record({
      labels: fc.integer({ min: 1, max: 6 }),
      texts: fc.array(fc.uniqueArray(fc.nat(5), { maxLength: 3 }), { minLength: 1, maxLength: 40 }),
    })
    .map(({ labels, texts }): DrawTextsInput => ({
      texts: texts.map((_, index) => `text ${index}`),
      labelsOfText: texts.map((own) => own.filter((label) => label < labels)),
      hypotheses: Array.from({ length: labels }, (_, label) => [`is ${label}`, `about ${label}`]),
    }));
  const options = fc.record({
    seed: fc.nat(1000),
    perLabel: fc.integer({ min: 1, max: 20 }),
    draws: fc.integer({ min: 1, max: 3 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('is true to the labels, balanced for every sentence, and the same for the same seed', () => {
    fc.assert(
      fc.property(input, options, (data, { seed, share, ...limits }) => {
        const isNear = (own: readonly number[], label: number): boolean => (own.length + label) % 2 === 0;
        const make = (): NliPair[] =>
          makePairs(data, { ...limits, hard: { share }, isNear, random: createRandomGenerator(seed) });
        const pairs = make();
        expect(make()).toEqual(pairs);
        for (const { premise, hypothesis, label } of pairs) {
          const own = data.labelsOfText[data.texts.indexOf(premise)] ?? [];
          expect(own.includes(Number(hypothesis.split(' ')[1]))).toBe(label === 'entailment');
        }
        data.hypotheses.forEach((sentences, place) => {
          const members = data.labelsOfText.filter((own) => own.includes(place)).length;
          const right = Math.min(members, limits.perLabel);
          const count = (label: string): number =>
            pairs.filter((pair) => pair.label === label && sentences.includes(pair.hypothesis)).length;
          const draws = Math.min(limits.draws, sentences.length);
          expect(count('entailment')).toBe(right * draws);
          expect(count('not_entailment')).toBe(Math.min(right, data.texts.length - members) * draws);
        });
        // What is drawn again has another sentence.
        expect(new Set(pairs.map(({ premise, hypothesis }) => `${premise} ${hypothesis}`)).size).toBe(pairs.length);
      }),
      { numRuns: 60 },
    );
  });

  it('cuts labels evenly, those with few texts last', () => {
    const labelsOfText = [...Array.from({ length: 50 }, () => [0]), ...Array.from({ length: 30 }, () => [1]), [2], [2]];
    const data = {
      texts: labelsOfText.map((_, index) => `text ${index}`),
      labelsOfText,
      hypotheses: [['zero'], ['one'], ['two']],
    };
    const pairs = makePairs(data, { limit: 44, random: createRandomGenerator(1) });
    const right = (hypothesis: string): number =>
      pairs.filter((pair) => pair.hypothesis === hypothesis && pair.label === 'entailment').length;
    expect([right('zero'), right('one'), right('two')]).toEqual([10, 10, 2]);
    expect(pairs).toHaveLength(44);
  });

  it('takes hard wrong labels as often as it is told', () => {
    const labelsOfText = Array.from({ length: 90 }, (_, index) => [index % 3]);
    const texts = labelsOfText.map((_, index) => `${index}`);
    const isNear = ([own = 0]: readonly number[], label: number): boolean => (own + 1) % 3 === label;
    const data = { texts, labelsOfText, hypotheses: [['0'], ['1'], ['2']] };
    const hardShare = (share: number): number => {
      const pairs = makePairs(data, { perLabel: 20, hard: { share }, isNear, random: createRandomGenerator(3) });
      const wrong = pairs.filter(({ label }) => label === 'not_entailment');
      return (
        wrong.filter(({ premise, hypothesis }) => (Number(premise) + 1) % 3 === Number(hypothesis)).length /
        wrong.length
      );
    };
    expect(hardShare(1)).toBe(1);
    expect(hardShare(0)).toBeLessThan(0.7);
    expect(hardShare(0.5)).toBeGreaterThan(hardShare(0));
  });

  it('draws no more texts than asked for, and others only where a label lacks wrong ones', () => {
    // Ten texts have both labels, thirty the first alone, twenty none.
    const labelsOfText = Array.from({ length: 60 }, (_, index) => (index < 10 ? [0, 1] : index < 40 ? [0] : []));
    const data = { texts: labelsOfText.map((_, index) => `${index}`), labelsOfText, hypotheses: [['0'], ['1']] };
    const random = (): RandomGenerator => createRandomGenerator(4);
    const few = drawTexts(data, { perLabel: 4, random: random() });
    expect(few.textsOfLabel.map(({ length }) => length)).toEqual([4, 4]);
    expect(few.labelsOfText.filter((own) => own.length === 0)).toHaveLength(4);
    expect(few.texts.length).toBeLessThanOrEqual(12);
    expect(few.texts.map((text) => data.labelsOfText[Number(text)])).toEqual(few.labelsOfText);
    expect(drawTexts(data, { perLabel: 4, random: random() })).toEqual(few);
    const half = drawTexts(data, { share: 0.5, random: random() });
    expect(half.textsOfLabel.map(({ length }) => length)).toEqual([20, 5]);

    // Without texts that have no label, those of the second all have the first too.
    const both = { ...data, texts: data.texts.slice(0, 12), labelsOfText: [...labelsOfText.slice(0, 10), [1], [1]] };
    const { labelsOfText: drawn } = drawTexts(both, { perLabel: 2, random: random() });
    expect(drawn.filter((own) => !own.includes(0))).toHaveLength(2);
  });

  it.each([{ perLabel: 0 }, { limit: 0 }, { draws: 0 }, { share: 1.5 }, { hard: { share: 1.5 } }])(
    'refuses %j',
    async (wrong) => {
      const data = { texts: ['a'], labelsOfText: [[0]], hypotheses: [['x']] };
      await expectError('INVALID_ARGUMENT', () => makePairs(data, { ...wrong, random: createRandomGenerator(1) }));
    },
  );
});

describe('loadExcludedTexts', () => {
  it('knows pairs and texts whatever their casing and white space', async () => {
    const excluded = await loadExcludedTexts([
      await temporaryFile('pairs.jsonl', lines([{ premise: 'A cat ', hypothesis: 'An animal', label: 'entailment' }])),
      await temporaryFile('texts.jsonl', lines([{ text: 'Hello  there', label: 'x' }])),
    ]);
    expect(excluded.hasPair({ premise: 'a cat', hypothesis: 'an Animal' })).toBe(true);
    expect(excluded.hasPair({ premise: 'a cat', hypothesis: 'a cat' })).toBe(false);
    expect([excluded.hasText('hello there'), excluded.hasText('a cat')]).toEqual([true, false]);
  });
});
