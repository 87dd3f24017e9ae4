import { labelsOfRow, selectRows } from '@polyhead/data';
import type { JointExamples } from '@polyhead/training';
import type { LabeledTexts } from '@polyhead/types';
import { sentiments, toSentiment, toValence } from './sentiments.ts';

/** One group of labels: what a head learns. */
export interface Group {
  readonly test: LabeledTexts;
  /** For the thresholds of a multi-label group. */
  readonly validation: LabeledTexts | undefined;
}

/** Several groups that are trained jointly and each alone. */
export interface MixedCase {
  readonly name: string;
  readonly train: JointExamples;
  readonly groups: ReadonlyMap<string, Group>;
}

/** The splits of a set. */
export interface Splits {
  readonly train: LabeledTexts;
  readonly validation: LabeledTexts;
  readonly test: LabeledTexts;
}

/** go_emotions three times over: its emotions, their sentiment where they agree, and their valence. */
export function toEmotionCase({ train, validation, test }: Splits): MixedCase {
  const derive = { emotion: (rows: LabeledTexts) => rows, sentiment: toSentiments, valence: toValences };
  const rows = agreeingRows(train);
  return {
    name: 'go_emotions',
    train: {
      texts: train.texts,
      heads: {
        emotion: { targets: train.targets },
        sentiment: { targets: toSentiments(train).targets, rows },
        valence: { targets: toValences(train).targets },
      },
    },
    groups: new Map(
      Object.entries(derive).map(([name, from]) => [name, { test: from(test), validation: from(validation) }]),
    ),
  };
}

/** Sets of different origin: each row has the label of its own set only. */
export function toSourceCase(sets: ReadonlyMap<string, Pick<Splits, 'train' | 'test'>>): MixedCase {
  const texts: string[] = [];
  const sources: number[] = [];
  const heads: Record<string, JointExamples['heads'][string]> = {};
  for (const [name, { train }] of sets) {
    const first = texts.length;
    const source = Object.keys(heads).length;
    heads[name] = { targets: train.targets, rows: Int32Array.from(train.texts, (_, row) => first + row) };
    for (const text of train.texts) {
      texts.push(text);
      sources.push(source);
    }
  }
  return {
    name: [...sets.keys()].join(' + '),
    train: { texts, heads, sources },
    groups: new Map(Array.from(sets, ([name, { test }]) => [name, { test, validation: undefined }])),
  };
}

/** The same rows with the targets of one group. */
export function onlyGroup(train: JointExamples, name: string): JointExamples {
  const head = train.heads[name];
  return { ...train, heads: head === undefined ? {} : { [name]: head } };
}

function agreeingRows({ texts, targets }: LabeledTexts): Int32Array {
  return Int32Array.from(texts.keys()).filter((row) => toSentiment(labelsOfRow(targets, row)) !== undefined);
}

function toSentiments(all: LabeledTexts): LabeledTexts {
  const { texts, targets } = selectRows(all, agreeingRows(all));
  const classIndices = Int32Array.from(texts, (_, row) =>
    sentiments.indexOf(toSentiment(labelsOfRow(targets, row)) ?? ''),
  );
  return { texts, targets: { task: 'single-label', labels: sentiments, classIndices } };
}

function toValences({ texts, targets }: LabeledTexts): LabeledTexts {
  const values = Float64Array.from(texts, (_, row) => toValence(labelsOfRow(targets, row)));
  return { texts, targets: { task: 'regression', labels: ['valence'], values } };
}
