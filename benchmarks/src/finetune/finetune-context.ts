import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@polyhead/files';
import type { LabeledTexts } from '@polyhead/types';
import { openDataFolder } from '../data-folder.ts';
import type { Report } from '../report.ts';
import { sampleTexts } from '../sample-texts.ts';
import { openWorkFolder } from '../work-folder.ts';
import type { FinetuneOptions } from '@polyhead/training';
import { finetuneSets, recipe, toSettings, type FinetuneSetName } from './recipe.ts';

export interface FinetuneBenchmarkOptions {
  readonly data?: string;
  readonly python?: string;
  readonly model: string;
  readonly threads: number;
  readonly set: FinetuneSetName;
  readonly seeds: readonly number[];
  readonly texts: number;
  readonly epochs?: number;
  /** Whether PyTorch is trained to the end too. */
  readonly peer: boolean;
  /** So many steps of both, side by side, in place of full runs. */
  readonly steps?: number;
  readonly fresh: boolean;
}

/** A data set, ready for both libraries. */
export interface FinetuneData {
  readonly train: LabeledTexts;
  readonly validation: LabeledTexts | undefined;
  readonly test: LabeledTexts;
}

/** What every run of the benchmark is given. */
export interface FinetuneContext {
  readonly options: FinetuneBenchmarkOptions;
  readonly data: FinetuneData;
  readonly settings: FinetuneOptions['settings'];
  /** Everything of this configuration is kept there. */
  readonly directory: string;
  readonly report: Report;
}

/** Reads the data and opens the folder of this configuration. */
export async function createContext(options: FinetuneBenchmarkOptions, report: Report): Promise<FinetuneContext> {
  const { set, texts, model, threads, fresh } = options;
  const folder = openDataFolder(options.data);
  const train = sampleTexts(await folder.load(set, 'train'), texts);
  const follow = async (split: 'validation' | 'test'): Promise<LabeledTexts> =>
    sampleTexts(await folder.load(set, split, train.targets.labels), texts);
  const data = {
    train,
    validation: set === 'go_emotions' ? await follow('validation') : undefined,
    test: await follow('test'),
  };
  const epochs = options.epochs ?? finetuneSets[set].epochs;
  const key = sha256(JSON.stringify([set, model, threads, train.texts, epochs, recipe])).slice(0, 8);
  const directory = join(await openWorkFolder('finetune'), `${set}-${epochs}-epochs-${key}`);
  if (fresh) await rm(directory, { recursive: true, force: true });
  return { options, data, settings: { ...toSettings(), epochs }, directory, report };
}
