import { PolyheadError, type RowProblem } from '@polyhead/types';

/** What happens to rows that cannot be used. */
export interface BrokenRowOptions {
  /**
   * `skip` leaves them out and reports them, but fails if they are more than half of all rows; `fail` fails if there is
   * any.
   * @default 'skip'
   */
  readonly onBrokenRow?: 'skip' | 'fail' | undefined;
  /** Longest text in UTF-16 units; longer ones are broken rows. @default 1_000_000 */
  readonly maximumTextLength?: number | undefined;
}

/** The default of {@link BrokenRowOptions.maximumTextLength}. */
export const defaultMaximumTextLength = 1_000_000;

const listedProblems = 5;

/** How many rows of a file were read and how many of them have problems. */
export interface RowCounts {
  readonly file: string;
  readonly rows: number;
  readonly brokenRows: number;
  /** The head whose rows are counted; empty if it has no name. @default all rows are counted */
  readonly head?: string | undefined;
}

/**
 * Throws if too many rows are broken for the options.
 * @throws {PolyheadError} BROKEN_ROWS
 */
export function assertFewProblems(
  problems: readonly RowProblem[],
  { onBrokenRow = 'skip', ...counts }: RowCounts & Pick<BrokenRowOptions, 'onBrokenRow'>,
): void {
  if (problems.length === 0) return;
  if (onBrokenRow === 'skip' && counts.brokenRows * 2 <= counts.rows) return;
  throw brokenRowsError(problems, { ...counts, onBrokenRow });
}

/** The error for rows that may not be skipped; lists the first of them. */
export function brokenRowsError(
  problems: readonly RowProblem[],
  { file, rows, brokenRows, head = '', onBrokenRow = 'skip' }: RowCounts & Pick<BrokenRowOptions, 'onBrokenRow'>,
): PolyheadError {
  const skipping = onBrokenRow === 'fail' ? ', or have such rows skipped (onBrokenRow, --broken-rows)' : '';
  const listed = problems.slice(0, listedProblems).map(({ row, reason }) => `row ${row}: ${reason}`);
  const more = problems.length > listedProblems ? '; ...' : '';
  return new PolyheadError('BROKEN_ROWS', {
    message: `${brokenRows} of ${rows} rows of "${file}"${head === '' ? '' : ` for head "${head}"`} cannot be used: ${listed.join('; ')}${more}.`,
    remedy: `Correct the file, or check that the right columns were chosen${skipping}.`,
    details: { file, rows, broken: brokenRows, problems: problems.slice(0, 100).map((problem) => ({ ...problem })) },
  });
}
