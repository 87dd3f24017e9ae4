import { InvalidArgumentError } from 'commander';

/** The data sets of the benchmark: where they lie in the data folder, and what the Python library is given beside its defaults. */
export const fewShotSets: Readonly<Record<FewShotSetName, FewShotSet>> = {
  sst2: { train: 'sst2/train.jsonl', test: 'sst2/test.jsonl' },
  cr: { train: 'cr/all.jsonl' },
  emotion: { train: 'emotion/train.jsonl', test: 'emotion/test.jsonl' },
  ag_news: { train: 'ag_news/train.jsonl', test: 'ag_news/test.jsonl' },
  // With its defaults the library would train 23,000 steps on banking77.
  banking77: { train: 'banking77/train.jsonl', test: 'banking77/test.jsonl', peer: { num_iterations: 5 } },
  clinc150: { train: 'clinc150/train.jsonl', test: 'clinc150/test.jsonl', peer: { num_iterations: 5 } },
  go_emotions: {
    train: 'go_emotions/train.jsonl',
    test: 'go_emotions/test.jsonl',
    labels: 'labels',
    peer: { num_iterations: 5 },
  },
};

/** Where a set lies. Without `test` half of the rows are kept apart for it. */
export interface FewShotSet {
  readonly train: string;
  readonly test?: string;
  /** The column with any number of labels a row. @default one label a row, in `label` */
  readonly labels?: string;
  readonly peer?: Readonly<Record<string, number>>;
}

export type FewShotSetName = 'sst2' | 'cr' | 'emotion' | 'ag_news' | 'banking77' | 'clinc150' | 'go_emotions';

/** A set, how many texts of each class are learned from, and how often other ones are drawn. */
export interface FewShotCase {
  readonly set: FewShotSetName;
  readonly shots: number;
  readonly samples: number;
}

/** Reads `sst2:8x5,ag_news:8x3`: five samples of eight texts a class, and so on. */
export function parseFewShotCases(text: string): FewShotCase[] {
  return text.split(',').map((entry) => {
    const match = /^([a-z0-9_]+):(\d+)x(\d+)$/.exec(entry.trim());
    const [, set = '', shots = '0', samples = '0'] = match ?? [];
    if (isSet(set) && Number(shots) > 1 && Number(samples) > 0) {
      return { set, shots: Number(shots), samples: Number(samples) };
    }
    throw new InvalidArgumentError(
      `"${entry}" is not SET:SHOTSxSAMPLES; sets are ${Object.keys(fewShotSets).join(', ')}.`,
    );
  });
}

function isSet(name: string): name is FewShotSetName {
  return Object.hasOwn(fewShotSets, name);
}
