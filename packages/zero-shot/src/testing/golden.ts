import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCrossEncoder, type LoadedCrossEncoder } from '@polyhead/backbone';

/** The golden models. */
export type GoldenModel = 'bert-3' | 'deberta-2';

/** The answer of the pipeline of transformers for one text. */
export interface GoldenCase {
  readonly model: GoldenModel;
  readonly label_map: string;
  readonly text: number;
  readonly candidate_labels: string | readonly string[];
  readonly template: string;
  readonly multi_label: boolean;
  /** Best first. */
  readonly labels: readonly string[];
  readonly scores: readonly number[];
  readonly note?: string;
}

/** All of zero-shot.json that tests use. */
export interface GoldenZeroShot {
  readonly texts: readonly string[];
  readonly label_maps: Readonly<Record<GoldenModel, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly cases: readonly GoldenCase[];
  readonly logits: readonly {
    readonly model: GoldenModel;
    readonly text: number;
    readonly hypothesis: string;
    readonly tokens: number;
    readonly logits: readonly number[];
  }[];
}

const folder = fileURLToPath(new URL('../golden', import.meta.url));

/** Reads zero-shot.json. */
export function readGoldenZeroShot(): GoldenZeroShot {
  return JSON.parse(readFileSync(join(folder, 'zero-shot.json'), 'utf8')) as GoldenZeroShot;
}

/** Writes a golden model with the tokenizer that both share into a folder. */
export async function writeGoldenModel(name: GoldenModel, directory: string): Promise<void> {
  await cp(join(folder, 'tokenizer'), directory, { recursive: true });
  await cp(join(folder, name), directory, { recursive: true });
}

/** Loads a golden model. */
export async function loadGoldenModel(name: GoldenModel): Promise<LoadedCrossEncoder> {
  const directory = await mkdtemp(join(tmpdir(), 'polyhead-zero-shot-'));
  try {
    await writeGoldenModel(name, directory);
    return await loadCrossEncoder(directory, { cacheDirectory: join(directory, 'cache'), threads: 1 });
  } finally {
    await rm(directory, { recursive: true });
  }
}
