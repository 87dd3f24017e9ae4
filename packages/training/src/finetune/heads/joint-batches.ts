import type { TokenizerInput } from '@polyhead/types';
import type { HeadBatch, JointBatch } from '../objective/joint-objective.ts';
import type { JointHead } from './joint-head.ts';
import { rowsOf, type JointExamples } from './joint-examples.ts';
import { toTrainingTargets, type TrainingTargets } from './training-targets.ts';

/** Distinct texts or pairs and, for each row, the place of its text among them. */
export interface DistinctTexts<Text extends TokenizerInput> {
  readonly texts: readonly Text[];
  /** `[rows]` */
  readonly places: Int32Array;
}

/** Equal for equal texts and equal pairs. */
export function textKey(text: TokenizerInput): string {
  return typeof text === 'string' ? text : `\0${JSON.stringify([text.first, text.second])}`;
}

/** Every text or pair once, in the order of appearance. */
export function toDistinctTexts<Text extends TokenizerInput>(texts: readonly Text[]): DistinctTexts<Text> {
  const known = new Map<string, number>();
  const distinct: Text[] = [];
  const places = Int32Array.from(texts, (text) => {
    const key = textKey(text);
    const place = known.get(key) ?? distinct.length;
    if (place === distinct.length) {
      known.set(key, place);
      distinct.push(text);
    }
    return place;
  });
  return { texts: distinct, places };
}

/** The distinct texts of some rows, and for each row the place of its text among them. */
export function toBatchTexts(
  rows: Int32Array,
  textPlaces: Int32Array,
): { readonly texts: Int32Array; readonly rowTexts: Int32Array } {
  const places = rows.map((row) => textPlaces[row] ?? -1);
  const texts = Int32Array.from(new Set(places));
  const local = new Map(Array.from(texts, (text, index) => [text, index]));
  return { texts, rowTexts: places.map((place) => local.get(place) ?? -1) };
}

interface HeadTable {
  readonly name: string;
  /** `[rows]`: place of the row's target; -1 for none. */
  readonly targetOf: Int32Array;
  readonly targets: TrainingTargets;
}

/** Makes batches for heads out of row numbers. */
export interface JointBatchMaker {
  /** Rows with a target of at least one head, by source. */
  readonly sources: readonly Int32Array[];
  toBatch(rows: Int32Array): JointBatch;
}

/**
 * Prepares examples for batches.
 * @param textPlaces `[rows]`: place of each row's text among the distinct texts
 */
export function createJointBatchMaker(
  examples: JointExamples,
  textPlaces: Int32Array,
  heads: readonly JointHead[],
): JointBatchMaker {
  const tables = heads.map((head) => toTable(examples, head));
  return {
    sources: toSources(examples, tables),
    toBatch(rows) {
      return {
        ...toBatchTexts(rows, textPlaces),
        heads: tables.map((table) => toHeadBatch(table, rows)).filter(({ rows: labelled }) => labelled.length > 0),
      };
    },
  };
}

function toTable(examples: JointExamples, head: JointHead): HeadTable {
  const targetOf = new Int32Array(examples.texts.length).fill(-1);
  rowsOf(examples, head.name).forEach((row, target) => {
    targetOf[row] = target;
  });
  const targets = examples.heads[head.name]?.targets;
  const empty: TrainingTargets = { values: new Float32Array(0), width: 1, rank: 1 };
  return { name: head.name, targetOf, targets: targets === undefined ? empty : toTrainingTargets(targets, head.unit) };
}

function toSources({ texts, sources = [] }: JointExamples, tables: readonly HeadTable[]): Int32Array[] {
  const rows: number[][] = [];
  for (const row of texts.keys()) {
    if (tables.every(({ targetOf }) => targetOf[row] === -1)) continue;
    (rows[sources[row] ?? 0] ??= []).push(row);
  }
  return Array.from(rows, (list: number[] | undefined) => Int32Array.from(list ?? []));
}

function toHeadBatch({ name, targetOf, targets }: HeadTable, rows: Int32Array): HeadBatch {
  const labelled = Int32Array.from(rows.keys()).filter((index) => targetOf[rows[index] ?? -1] !== -1);
  const { width, rank } = targets;
  const values = new Float32Array(labelled.length * width);
  labelled.forEach((index, position) => {
    const start = (targetOf[rows[index] ?? -1] ?? 0) * width;
    values.set(targets.values.subarray(start, start + width), position * width);
  });
  return { head: name, rows: labelled, targets: { values, width, rank } };
}
