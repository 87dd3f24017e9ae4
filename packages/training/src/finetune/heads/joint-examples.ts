import { PolyheadError, type Targets } from '@polyhead/types';
import { countRows } from '@polyhead/data';

/** What one head knows about the rows of {@link JointExamples}. */
export interface HeadRows {
  readonly targets: Targets;
  /** For each target: its row. @default one target for every row, in order */
  readonly rows?: Int32Array | undefined;
}

/** Texts with the targets of several heads. A row may have targets of any number of heads. */
export interface JointExamples {
  /** `[rows]`; equal texts are encoded once. */
  readonly texts: readonly string[];
  /** By head. */
  readonly heads: Readonly<Record<string, HeadRows>>;
  /** `[rows]`: which data set a row comes from, counted from 0; sampling can weigh them. @default all 0 */
  readonly sources?: ArrayLike<number> | undefined;
}

/**
 * Checks that targets point at rows that exist.
 * @param what names the examples in messages: `training`, `validation`
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH
 */
export function assertJointExamples(examples: JointExamples, what: string): void {
  const { texts, heads, sources } = examples;
  if (texts.length === 0) {
    throw new PolyheadError('TOO_FEW_EXAMPLES', { message: `There are no ${what} texts.`, remedy: 'Pass some rows.' });
  }
  if (sources !== undefined && sources.length !== texts.length) {
    throw mismatch(`${sources.length} sources`, texts.length, what);
  }
  for (const [head, { targets, rows }] of Object.entries(heads)) {
    const count = countRows(targets);
    if ((rows ?? texts).length !== count)
      throw mismatch(`${count} targets of head "${head}"`, (rows ?? texts).length, what);
    const wrong = rows?.find((row) => row < 0 || row >= texts.length);
    if (wrong !== undefined) throw mismatch(`a target of head "${head}" for row ${wrong}`, texts.length, what);
  }
}

function mismatch(found: string, rows: number, what: string): PolyheadError {
  return new PolyheadError('SHAPE_MISMATCH', { message: `The ${what} examples have ${found}, but ${rows} rows.` });
}

/** The rows of a head. */
export function rowsOf(examples: JointExamples, head: string): Int32Array {
  const known = examples.heads[head];
  if (known === undefined) return new Int32Array(0);
  return known.rows ?? Int32Array.from(examples.texts.keys());
}
