import { PolyheadError, type JsonValue, type RowProblem, type Targets } from '@polyhead/types';
import { resolveTargetColumns, type KnownColumns } from '../columns.ts';
import { createTargetBuilder } from './create-target-builder.ts';
import type { TargetBuilder } from './target-builder.ts';
import { columnNamesOf, type ResolvedTargetColumns, type TargetColumns } from './target-columns.ts';

/** The examples of one head among the texts of a file. */
export interface LoadedHead {
  readonly columns: ResolvedTargetColumns;
  readonly targets: Targets;
  /** For each target: the index of its text among the texts of the file, ascending. */
  readonly rows: Int32Array;
  /** Rows with a usable text that say nothing about this head. */
  readonly unlabelled: number;
}

/** The name of a head that has none; errors and problems do not mention it. */
export const unnamedHead = '';

/** The examples of one head, of which there may be more to come. */
export interface HeadRows {
  readonly name: string;
  readonly columns: ResolvedTargetColumns;
  readonly builder: TargetBuilder;
  readonly rows: number[];
  unlabelled: number;
  /** Rows whose target is wrong. */
  wrong: number;
}

/** No rows yet. */
export function createHeadRows(known: KnownColumns, name: string, spec: TargetColumns): HeadRows {
  const columns = resolveTargetColumns(known, spec);
  const builder = createTargetBuilder(known.file, columns, spec.labelSet);
  return { name, columns, builder, rows: [], unlabelled: 0, wrong: 0 };
}

/** What became of a row. */
export interface TakenRow {
  /** Whether a head has taken a target from it. */
  readonly taken: boolean;
  /** What is empty, if the row says nothing about any head. It is about a head only if there is one. */
  readonly empty: HeadProblem | undefined;
  /** Targets that are wrong. */
  readonly wrong: readonly HeadProblem[];
}

type HeadProblem = Pick<RowProblem, 'head' | 'reason'>;

function toProblem({ name }: HeadRows, reason: string): HeadProblem {
  return name === unnamedHead ? { reason } : { head: name, reason };
}

/** Gives every head its target of a row. */
export function takeTargets(
  heads: readonly HeadRows[],
  { row, values }: { readonly row: number; readonly values: Readonly<Record<string, JsonValue>> },
  textIndex: number,
): TakenRow {
  const missing: string[] = [];
  const wrong: HeadProblem[] = [];
  for (const head of heads) {
    const refusal = head.builder.add(values, row);
    if (refusal === undefined) head.rows.push(textIndex);
    else if (refusal.missing) {
      missing.push(refusal.reason);
      head.unlabelled += 1;
    } else {
      wrong.push(toProblem(head, refusal.reason));
      head.wrong += 1;
    }
  }
  const taken = missing.length + wrong.length < heads.length;
  if (missing.length < heads.length) return { taken, empty: undefined, wrong };
  const [first] = heads;
  const reason = missing.join(', ');
  return { taken, empty: first !== undefined && heads.length === 1 ? toProblem(first, reason) : { reason }, wrong };
}

/**
 * The examples of a head.
 * @param file named in errors
 * @throws {PolyheadError} DATA_EMPTY if there are none; UNKNOWN_LABEL
 */
export function finishHeadRows({ name, columns, builder, rows, unlabelled }: HeadRows, file: string): LoadedHead {
  if (builder.count > 0) return { columns, targets: builder.build(), rows: Int32Array.from(rows), unlabelled };
  const names = columnNamesOf(columns);
  const listed = names.map((column) => `"${column}"`).join(', ');
  throw new PolyheadError('DATA_EMPTY', {
    message: `No row of "${file}" has a target${name === unnamedHead ? '' : ` of head "${name}"`}: column ${listed} is empty.`,
    remedy: 'Check that it is the file and the column that you meant, or leave the head out.',
    details: { file, head: name, columns: names },
  });
}
