import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabeledTexts } from '@polyhead/types';
import { normalizeText } from './normalized-text.ts';
import { findDuplicates, findLeaks } from './quality.ts';
import { labelsOfRow, selectRows } from './select-rows.ts';
import { expectError } from './temporary-file.test-support.ts';

function examples(rows: readonly (readonly [string, number])[]): LabeledTexts {
  const classIndices = Int32Array.from(rows, ([, place]) => place);
  return { texts: rows.map(([text]) => text), targets: { task: 'single-label', labels: ['x', 'y'], classIndices } };
}

describe('normalizeText', () => {
  test('makes texts equal that differ in case, white space and compatibility forms', () => {
    expect(normalizeText('  Hello\u00a0\n WORLD ')).toBe('hello world');
    expect(normalizeText('ﬁne Ｆｕｌｌ')).toBe('fine full');
    expect(normalizeText('cafe\u0301')).toBe(normalizeText('CAFÉ'));
    expect(normalizeText('a b')).not.toBe(normalizeText('ab'));
  });

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(normalizeText(normalizeText(text))).toBe(normalizeText(text));
      }),
      { numRuns: 200 },
    );
  });
});

describe('findDuplicates', () => {
  test('tells rows that repeat from rows that contradict, and shows contradictions first', () => {
    const report = findDuplicates(
      examples([
        ['one', 0],
        ['One', 0],
        ['two', 0],
        [' two ', 1],
        ['TWO', 1],
        ['three', 1],
        ['one', 0],
      ]),
    );
    expect(report).toEqual({
      rows: 7,
      repeatedRows: 3,
      conflictingRows: 3,
      examples: [
        {
          text: 'two',
          rows: [
            { index: 2, labels: ['x'] },
            { index: 3, labels: ['y'] },
            { index: 4, labels: ['y'] },
          ],
        },
        {
          text: 'one',
          rows: [
            { index: 0, labels: ['x'] },
            { index: 1, labels: ['x'] },
            { index: 6, labels: ['x'] },
          ],
        },
      ],
    });
    expect(
      findDuplicates(
        examples([
          ['one', 0],
          ['One', 0],
        ]),
        { maximumExamples: 0 },
      ).examples,
    ).toEqual([]);
    expect(
      findDuplicates(
        examples([
          ['one', 0],
          ['two', 0],
        ]),
      ),
    ).toMatchObject({ repeatedRows: 0, conflictingRows: 0 });
  });

  test('finds as many repeated rows as there are rows more than texts, if labels agree', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd')), (texts) => {
        const report = findDuplicates(examples(texts.map((text) => [text, 0])));
        expect(report.repeatedRows).toBe(texts.length - new Set(texts).size);
      }),
    );
  });
});

describe('findLeaks', () => {
  test('counts test rows that train has, and those with the same labels', () => {
    const train = examples([
      ['one', 0],
      ['two', 0],
      ['one', 1],
    ]);
    const test = examples([
      ['ONE', 1],
      ['two', 1],
      ['three', 0],
    ]);
    expect(findLeaks(train, test)).toEqual({
      testRows: 3,
      leakedRows: 2,
      sameLabelRows: 1,
      examples: [
        {
          text: 'ONE',
          train: [
            { index: 0, labels: ['x'] },
            { index: 2, labels: ['y'] },
          ],
          test: { index: 0, labels: ['y'] },
        },
        { text: 'two', train: [{ index: 1, labels: ['x'] }], test: { index: 1, labels: ['y'] } },
      ],
    });
  });

  test('compares labels by name, in any order of the label set', () => {
    const train: LabeledTexts = {
      texts: ['a'],
      targets: { task: 'multi-label', labels: ['p', 'q', 'r'], indicators: Uint8Array.of(1, 1, 0) },
    };
    const test: LabeledTexts = {
      texts: ['a'],
      targets: { task: 'multi-label', labels: ['q', 'p'], indicators: Uint8Array.of(1, 1) },
    };
    expect(findLeaks(train, test).sameLabelRows).toBe(1);
  });
});

test('selectRows takes rows in the order asked for, of any task', async () => {
  const texts = ['a', 'b', 'c'];
  const single = selectRows(
    examples([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ]),
    [2, 1],
  );
  expect(single.texts).toEqual(['c', 'b']);
  expect([0, 1].map((row) => labelsOfRow(single.targets, row))).toEqual([['x'], ['y']]);
  const multi = selectRows(
    { texts, targets: { task: 'multi-label', labels: ['x', 'y'], indicators: Uint8Array.of(1, 0, 0, 0, 1, 1) } },
    [2, 1, 0],
  );
  expect([0, 1, 2].map((row) => labelsOfRow(multi.targets, row))).toEqual([['x', 'y'], [], ['x']]);
  const regression = selectRows(
    { texts, targets: { task: 'regression', labels: ['v'], values: Float64Array.of(1, 2.5, 3) } },
    [1],
  );
  expect(labelsOfRow(regression.targets, 0)).toEqual(['2.5']);
  for (const wrong of [-1, 3, 0.5])
    await expectError('INVALID_ARGUMENT', () => selectRows(examples([['a', 0]]), [wrong]));
});
