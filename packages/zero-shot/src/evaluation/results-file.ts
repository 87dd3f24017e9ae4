import { pathExists, readJson, writeFileAtomic } from '@polyhead/files';
import { PolyheadError, type JsonValue, type ZeroShotMethod } from '@polyhead/types';
import type { EstimatedFigure, FigureName } from './bootstrap.ts';

/** The result of one variant on one set. */
export interface EvaluationCell {
  /** Digest of all that the result depends on: rows, labels, templates, models, settings. */
  readonly key: string;
  readonly set: string;
  readonly variant: string;
  readonly method: ZeroShotMethod;
  readonly rows: number;
  readonly labels: number;
  readonly truncated_texts: number;
  /** Time to classify all rows, models loaded before. */
  readonly seconds: number;
  readonly figures: Readonly<Record<FigureName, EstimatedFigure>>;
}

/** Finished cells by key, kept in a file after each. */
export interface ResultsFile {
  readonly cells: ReadonlyMap<string, EvaluationCell>;
  /** Adds a cell and writes the file, whole or not at all. */
  add(cell: EvaluationCell): Promise<void>;
}

/** Raised whenever cells of an older file mean something else. */
const version = 1;

/**
 * Opens a file of results, which need not exist.
 * @param path undefined to keep nothing
 * @throws {PolyheadError} DATA_MALFORMED if it holds something else, FILE_UNREADABLE
 */
export async function openResultsFile(path: string | undefined): Promise<ResultsFile> {
  const cells = new Map<string, EvaluationCell>();
  if (path !== undefined && (await pathExists(path))) {
    for (const cell of readCells(await readJson(path), path)) cells.set(cell.key, cell);
  }
  return {
    cells,
    async add(cell) {
      cells.set(cell.key, cell);
      if (path === undefined) return;
      await writeFileAtomic(path, `${JSON.stringify({ version, cells: [...cells.values()] }, undefined, 2)}\n`);
    },
  };
}

function readCells(content: JsonValue, path: string): readonly EvaluationCell[] {
  const isOurs =
    typeof content === 'object' &&
    content !== null &&
    'version' in content &&
    content['version'] === version &&
    'cells' in content &&
    Array.isArray(content['cells']);
  // What this program wrote under its own version has the shape that it writes.
  if (isOurs) return (content as unknown as { readonly cells: readonly EvaluationCell[] }).cells;
  throw new PolyheadError('DATA_MALFORMED', {
    message: `"${path}" does not hold results of a zero-shot evaluation.`,
    remedy: 'Name another file, or delete this one.',
    details: { file: path },
  });
}
