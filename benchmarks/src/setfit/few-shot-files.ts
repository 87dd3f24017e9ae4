import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { labelsOfRow, loadLabeledTexts, samplePerClass, selectRows, stratifiedSplit } from '@polyhead/data';
import { writeFileAtomic } from '@polyhead/files';
import { createRandomGenerator } from '@polyhead/numerics';
import { PolyheadError, type LabeledTexts } from '@polyhead/types';
import { sampleTexts } from '../sample-texts.ts';
import { fewShotSets, type FewShotSet, type FewShotSetName } from './few-shot-cases.ts';

/** What a training is judged by: the test split, or rows of the training split that no sample is drawn from. */
export type JudgedBy = 'test' | 'validation';

/** Files of a set: samples are drawn from one, and judged by the other. */
export interface FewShotFiles {
  readonly pool: string;
  readonly judge: string;
}

/** Rows that recipes are chosen by; more take long and say little more. */
const validationRows = 1000;

/** Prepares the files of a set in the work folder, as rows with `text` and `label` or `labels`. */
export async function prepareFiles(
  name: FewShotSetName,
  { data, folder, judgedBy }: { readonly data: string; readonly folder: string; readonly judgedBy: JudgedBy },
): Promise<FewShotFiles> {
  const files = { pool: join(folder, `${name}-pool.jsonl`), judge: join(folder, `${name}-judge.jsonl`) };
  if (existsSync(files.pool) && existsSync(files.judge)) return files;
  const { pool, judge } = await splitSet(fewShotSets[name], data, judgedBy);
  await writeRows(files.pool, pool);
  await writeRows(files.judge, judge);
  return files;
}

async function splitSet(
  set: FewShotSet,
  data: string,
  judgedBy: JudgedBy,
): Promise<{ readonly pool: LabeledTexts; readonly judge: LabeledTexts }> {
  const loaded = await loadRows(join(data, set.train), set);
  const halves = stratifiedSplit(loaded.targets, { fraction: 0.5, random: createRandomGenerator(5) });
  const pool = set.test === undefined ? selectRows(loaded, halves.train) : loaded;
  if (judgedBy === 'test') {
    if (set.test === undefined) return { pool, judge: selectRows(loaded, halves.validation) };
    return { pool, judge: await loadRows(join(data, set.test), set, loaded.targets.labels) };
  }
  const parts = stratifiedSplit(pool.targets, { fraction: 0.5, random: createRandomGenerator(6) });
  return {
    pool: selectRows(pool, parts.train),
    judge: sampleTexts(selectRows(pool, parts.validation), validationRows),
  };
}

/** Reads rows that a file of the work folder or of the data folder has. */
export function loadRows(file: string, set: FewShotSet, labelSet?: readonly string[]): Promise<LabeledTexts> {
  const column = set.labels === undefined ? { label: 'label' } : { labels: set.labels };
  return loadLabeledTexts(file, { text: 'text', ...column, ...(labelSet === undefined ? {} : { labelSet }) });
}

/** Draws a sample where the Python library is not there to do it. */
export async function writeSample(
  file: string,
  pool: string,
  { set, shots, seed }: { readonly set: FewShotSet; readonly shots: number; readonly seed: number },
): Promise<void> {
  const loaded = await loadRows(pool, set);
  const rows = samplePerClass(loaded.targets, { count: shots, random: createRandomGenerator(seed) });
  await writeRows(file, selectRows(loaded, rows));
}

async function writeRows(file: string, { texts, targets }: LabeledTexts): Promise<void> {
  if (targets.task === 'regression') {
    throw new PolyheadError('TASK_UNSUPPORTED', { message: 'Few-shot training is measured on classes only.' });
  }
  const lines = texts.map((text, row) => {
    const labels = labelsOfRow(targets, row);
    return JSON.stringify(targets.task === 'multi-label' ? { text, labels } : { text, label: labels[0] });
  });
  await writeFileAtomic(file, `${lines.join('\n')}\n`);
}
