import { assertEnoughClasses, selectTargets, type LoadedColumns } from '@polyhead/data';
import { PolyheadError, type LabeledTexts, type RandomGenerator, type RowProblem, type Targets } from '@polyhead/types';
import type { HeadConfig } from '../../config/training-config.ts';
import type { HeadData } from '../../data/head-data.ts';
import type { HeadRows, JointExamples } from '../heads/joint-examples.ts';
import { groupByFile, loadHeadFile } from './load-head-files.ts';
import { splitFiles, type FileOfHeads } from './split-files.ts';

/** The rows of all heads: together for training, and head by head for figures. */
export interface JointData {
  readonly train: JointExamples;
  readonly validation: JointExamples;
  /** Training files, in the order of the numbers in `train.sources`. */
  readonly sources: readonly string[];
  readonly heads: ReadonlyMap<string, HeadData>;
}

type Heads = Readonly<Record<string, HeadConfig>>;

/**
 * Reads the rows of all heads. A file that several heads name is read once, and its rows carry the targets of all of them.
 * Validation rows come from validation files; a training file whose heads have none gives a stratified share, whose texts train
 * no head, from whichever file.
 * @throws {PolyheadError} of reading, COLUMN_NOT_FOUND, UNKNOWN_LABEL, BROKEN_ROWS, TOO_FEW_CLASSES, TOO_FEW_EXAMPLES,
 * INVALID_CONFIGURATION
 */
export async function loadJointData(
  heads: Heads,
  { random, signal }: { readonly random: RandomGenerator; readonly signal?: AbortSignal | undefined },
): Promise<JointData> {
  const train = new Map<string, Part>();
  const validation = new Map<string, Part>();
  const test = new Map<string, Part>();
  const known = new Map<string, Targets>();
  const [trainRows, validationRows, testRows] = [new RowCollector(), new RowCollector(), new RowCollector()];
  const files: FileOfHeads[] = [];
  for (const group of await groupByFile(heads, 'train', { signal })) {
    const loaded = await loadHeadFile(group, heads, { signal });
    for (const [name, { targets }] of loaded.heads) {
      assertEnoughClasses(targets, group.file);
      known.set(name, targets);
    }
    files.push({ group, loaded });
  }
  const splits = splitFiles(files, heads, random);
  for (const [source, { group, loaded }] of files.entries()) {
    const split = splits[source];
    trainRows.add(loaded, { rows: split?.train, source, into: train, names: group.heads });
    const judged = group.heads.filter((name) => heads[name]?.data.validation === undefined);
    if (split !== undefined && split.validation.length > 0) {
      validationRows.add(loaded, { rows: split.validation, source, into: validation, names: judged });
    }
  }
  for (const [part, rows, into] of [
    ['validation', validationRows, validation],
    ['test', testRows, test],
  ] as const) {
    for (const group of await groupByFile(heads, part, { known, signal })) {
      const loaded = await loadHeadFile(group, heads, { known, signal });
      rows.add(loaded, { rows: undefined, source: 0, into, names: group.heads });
    }
  }
  const byHead = Object.entries(heads).map(([name, config]): [string, HeadData] => [
    name,
    toHeadData(name, config, { train, validation, test }),
  ]);
  return {
    train: trainRows.toExamples(train),
    validation: validationRows.toExamples(validation),
    sources: files.map(({ group }) => group.file),
    heads: new Map(byHead),
  };
}

/** The rows of one head in one part of the data. */
interface Part {
  readonly texts: readonly string[];
  readonly targets: Targets;
  /** Rows of the joint examples. */
  readonly rows: Int32Array;
  readonly problems: readonly RowProblem[];
}

interface AddOptions {
  /** Rows of the file that are taken. @default all */
  readonly rows: Int32Array | undefined;
  readonly source: number;
  /** Receives the part of every head. */
  readonly into: Map<string, Part>;
  readonly names: readonly string[];
}

/** Puts the rows of several files one after the other. */
class RowCollector {
  readonly #texts: string[] = [];
  readonly #sources: number[] = [];

  add({ texts, heads, problems }: LoadedColumns, { rows, source, into, names }: AddOptions): void {
    const taken = rows ?? Int32Array.from(texts.keys());
    const placeOf = new Map(Array.from(taken, (row, index) => [row, this.#texts.length + index]));
    for (const row of taken) {
      this.#texts.push(texts[row] ?? '');
      this.#sources.push(source);
    }
    for (const name of names) {
      const head = heads.get(name);
      if (head === undefined) continue;
      const targets = Array.from(head.rows.keys()).filter((target) => placeOf.has(head.rows[target] ?? -1));
      into.set(name, {
        texts: targets.map((target) => texts[head.rows[target] ?? -1] ?? ''),
        targets: selectTargets(head.targets, targets),
        rows: Int32Array.from(targets, (target) => placeOf.get(head.rows[target] ?? -1) ?? -1),
        problems: problems.filter((problem) => problem.head === undefined || problem.head === name),
      });
    }
  }

  toExamples(parts: ReadonlyMap<string, Part>): JointExamples {
    const heads = Array.from(parts, ([name, { targets, rows }]): [string, HeadRows] => [name, { targets, rows }]);
    return { texts: this.#texts, sources: this.#sources, heads: Object.fromEntries(heads) };
  }
}

interface Parts {
  readonly train: ReadonlyMap<string, Part>;
  readonly validation: ReadonlyMap<string, Part>;
  readonly test: ReadonlyMap<string, Part>;
}

function toHeadData(name: string, { data }: HeadConfig, { train, validation, test }: Parts): HeadData {
  const tested = test.get(name);
  return {
    train: required(train.get(name), name),
    validation:
      data.validation === undefined && data.validationShare === 0 ? undefined : required(validation.get(name), name),
    test: tested === undefined ? undefined : withoutRows(tested),
    validationSource: data.validation ?? describeShare(data.validationShare),
    problems: [train.get(name), validation.get(name), tested]
      .flatMap((part) => part?.problems ?? [])
      .filter((problem, index, all) => all.indexOf(problem) === index),
  };
}

function describeShare(share: number): string {
  return share === 0 ? 'none' : `${Math.round(share * 100)} % of the training rows, stratified`;
}

function required(part: Part | undefined, head: string): LabeledTexts {
  if (part !== undefined && part.texts.length > 0) return withoutRows(part);
  throw new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `Head "${head}" has no rows to train on or to be judged by.`,
    remedy: 'Check the column of this head, or leave the head out.',
    details: { head },
  });
}

function withoutRows({ texts, targets }: Part): LabeledTexts {
  return { texts, targets };
}
