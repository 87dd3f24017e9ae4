import { PolyheadError } from '@polyhead/types';

/** The formats that can be read. */
export type DataFormat = 'csv' | 'tsv' | 'jsonl' | 'json' | 'parquet' | 'txt';

/** What the name of a file says about its content. */
export interface FileFormat {
  readonly format: DataFormat;
  /** True for `.gz`. */
  readonly compressed: boolean;
}

const formatsByEnding: Readonly<Record<string, DataFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.parquet': 'parquet',
  '.txt': 'txt',
};

/** Every ending that {@link formatOfPath} knows; all but `.parquet` also with `.gz` behind it. */
export const knownEndings: readonly string[] = Object.keys(formatsByEnding);

/**
 * The format of a file by the ending of its name; case does not matter.
 * @param format takes the place of the ending
 * @throws {PolyheadError} DATA_FORMAT_UNKNOWN
 */
export function formatOfPath(path: string, format?: DataFormat): FileFormat {
  const name = path.toLowerCase();
  const compressed = name.endsWith('.gz');
  if (format !== undefined) return { format, compressed };
  const ending = /\.[^./\\]*$/.exec(compressed ? name.slice(0, -'.gz'.length) : name)?.[0] ?? '';
  const found = Object.hasOwn(formatsByEnding, ending) ? formatsByEnding[ending] : undefined;
  if (found === undefined || (found === 'parquet' && compressed)) {
    throw new PolyheadError('DATA_FORMAT_UNKNOWN', {
      message: `The format of "${path}" cannot be told from its name.`,
      remedy: `Known endings are ${knownEndings.join(', ')}; all but .parquet may be followed by .gz.`,
      details: { file: path, knownEndings },
    });
  }
  return { format: found, compressed };
}
