import { join } from 'node:path';
import { z } from 'zod';
import { pathExists } from '@polyhead/files';
import { PolyheadError, type HeadManifest, type HeadThresholds, type JsonObject } from '@polyhead/types';
import { toEvaluationView, toJson, type Evaluation } from './evaluation.ts';
import { files } from './folder-layout.ts';
import { readModelJson } from './read-model-json.ts';

/** The content of thresholds.json: an entry for each multi-label head that has tuned thresholds. */
export type ThresholdsFile = Readonly<Record<string, JsonObject>>;

const entrySchema = z.object({
  tuned_on: z.string(),
  best: z.record(z.string(), z.object({ threshold: z.number().min(0).max(1) })),
});

/**
 * The entry of a head: its thresholds with the figures they reach on the validation data, and the figures at 0.5 beside them.
 * @param evaluation on the data that the thresholds were tuned on
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function toThresholdsEntry(
  head: { readonly name: string; readonly labels: readonly string[] },
  thresholds: HeadThresholds,
  evaluation: Evaluation | undefined,
): JsonObject {
  const view = evaluation === undefined ? undefined : toEvaluationView(evaluation);
  const best = head.labels.map((label) => {
    const figures = (view?.tuned ?? view)?.perLabel[label];
    return [
      label,
      {
        threshold: thresholdOf(head.name, thresholds, label),
        f1: figures?.f1,
        precision: figures?.precision,
        recall: figures?.recall,
      },
    ] as const;
  });
  return toJson({
    tuned_on: thresholds.tunedOn,
    best: Object.fromEntries(best),
    best_figures: view?.tuned?.figures,
    'at_0.5': view?.atHalf === undefined ? undefined : { ...view.atHalf.figures, per_label: view.atHalf.perLabel },
  });
}

function thresholdOf(head: string, thresholds: HeadThresholds, label: string): number {
  const value = Object.hasOwn(thresholds.tuned, label) ? thresholds.tuned[label] : undefined;
  if (value !== undefined && value >= 0 && value <= 1) return value;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The threshold of label "${label}" of head "${head}" is ${String(value)}.`,
    remedy: 'Give every label of the head a threshold from 0 to 1.',
    details: { head, label, field: 'thresholds.tuned' },
  });
}

/**
 * Reads thresholds.json and checks it against the heads of the model.
 * @returns by head, only for heads that have thresholds; and the file's content as it is
 * @throws {PolyheadError} MODEL_FOLDER_INVALID
 */
export async function readThresholds(
  directory: string,
  heads: readonly HeadManifest[],
): Promise<{ thresholds: Map<string, HeadThresholds>; content: ThresholdsFile }> {
  const file = join(directory, files.thresholds);
  const content = await readThresholdsJson(file);
  const thresholds = new Map<string, HeadThresholds>();
  for (const [name, entry] of Object.entries(content)) {
    const head = heads.find((candidate) => candidate.name === name);
    if (head === undefined) throw invalid(file, name, 'is not a head of this model');
    if (head.task !== 'multi-label') throw invalid(file, name, `is a ${head.task} head, which has no thresholds`);
    thresholds.set(name, toThresholds(entry, head, file));
  }
  return { thresholds, content };
}

function toThresholds(entry: JsonObject, head: HeadManifest, file: string): HeadThresholds {
  const result = entrySchema.safeParse(entry);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw invalid(file, [head.name, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is not valid');
  }
  const { best, tuned_on: tunedOn } = result.data;
  for (const label of Object.keys(best)) {
    if (!head.labels.includes(label)) throw invalid(file, `${head.name}.best.${label}`, 'is not a label of the head');
  }
  const tuned = head.labels.map((label) => {
    const value = Object.hasOwn(best, label) ? best[label] : undefined;
    if (value === undefined) throw invalid(file, `${head.name}.best.${label}`, 'is missing');
    return [label, value.threshold] as const;
  });
  return { tuned: Object.fromEntries(tuned), tunedOn };
}

async function readThresholdsJson(file: string): Promise<ThresholdsFile> {
  if (!(await pathExists(file)))
    throw invalid(file, '', 'the file is missing, and without it labels would be decided at 0.5');
  const value = await readModelJson(file);
  const result = z.record(z.string(), z.record(z.string(), z.json())).safeParse(value);
  if (!result.success) throw invalid(file, '', 'must be an object with an object for each head');
  return result.data;
}

function invalid(file: string, field: string, reason: string): PolyheadError {
  return new PolyheadError('MODEL_FOLDER_INVALID', {
    message: field === '' ? `"${file}": ${reason}.` : `"${file}", field "${field}": ${reason}.`,
    remedy: 'Restore the file from a copy, or tune the thresholds again.',
    details: { file, field },
  });
}
