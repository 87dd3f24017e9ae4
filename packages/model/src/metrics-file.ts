import { join } from 'node:path';
import { z } from 'zod';
import { pathExists } from '@polyhead/files';
import { PolyheadError, type HistoryEntry, type JsonObject } from '@polyhead/types';
import { files, headRecordFile } from './folder-layout.ts';
import { readModelJson } from './read-model-json.ts';

/** The evaluations of a head by split, as they are stored. */
export interface StoredEvaluations {
  readonly validation?: JsonObject | undefined;
  readonly test?: JsonObject | undefined;
}

/** The content of metrics.json: evaluations by head and split, and what the last run took. */
export interface MetricsFile {
  readonly heads: Readonly<Record<string, StoredEvaluations>>;
  /** Seconds by phase. */
  readonly seconds: JsonObject;
  /** Numbers of rows, labels and the like. */
  readonly counts: JsonObject;
}

/** A text that the head got wrong while being sure of itself. */
export interface Mistake {
  readonly text: string;
  /** The label, or the labels joined by commas; a number for regression. */
  readonly truth: string;
  readonly predicted: string;
  /**
   * Single-label: probability of the prediction. Multi-label: probability of the label that is most wrong, near 1 if it
   * was given and near 0 if it was missed. Regression: size of the error.
   */
  readonly score: number;
  /** Multi-label: the label that is most wrong. */
  readonly label?: string | undefined;
}

/** The content of heads/NAME.training.json: how the head came to be. Not needed to predict. */
export interface HeadRecord {
  readonly history: readonly HistoryEntry[];
  readonly mistakes: readonly Mistake[];
}

const json = z.record(z.string(), z.json());
const metricsSchema = z.object({
  heads: z.record(z.string(), z.object({ validation: json.optional(), test: json.optional() })),
  seconds: json.default({}),
  counts: json.default({}),
});

const historyEntry = z.object({ epoch: z.number(), figures: z.record(z.string(), z.number().nullable()) });
const mistake = z.object({
  text: z.string(),
  truth: z.string(),
  predicted: z.string(),
  score: z.number(),
  label: z.string().optional(),
});
const recordSchema = z.object({ history: z.array(historyEntry), mistakes: z.array(mistake) });

/**
 * Reads metrics.json; empty if the folder has none.
 * @throws {PolyheadError} MODEL_FOLDER_INVALID
 */
export async function readMetrics(directory: string): Promise<MetricsFile> {
  const file = join(directory, files.metrics);
  if (!(await pathExists(file))) return { heads: {}, seconds: {}, counts: {} };
  const result = metricsSchema.safeParse(await readModelJson(file));
  if (result.success) return result.data;
  throw invalidFile(file, result.error);
}

/**
 * Reads the training record of a head; empty if there is none.
 * @throws {PolyheadError} MODEL_FOLDER_INVALID
 */
export async function readHeadRecord(directory: string, head: string): Promise<HeadRecord> {
  const file = join(directory, headRecordFile(head));
  if (!(await pathExists(file))) return { history: [], mistakes: [] };
  const result = recordSchema.safeParse(await readModelJson(file));
  if (!result.success) throw invalidFile(file, result.error);
  const history = result.data.history.map(({ epoch, figures }) => ({ epoch, figures: withoutNulls(figures) }));
  return { history, mistakes: result.data.mistakes };
}

/** Figures that were not finite are null in JSON; nobody can draw them. */
function withoutNulls(figures: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== null));
}

function invalidFile(file: string, error: z.ZodError): PolyheadError {
  const [issue] = error.issues;
  const field = issue?.path.join('.') ?? '';
  return new PolyheadError('MODEL_FOLDER_INVALID', {
    message: `"${file}", field "${field}": ${issue?.message ?? 'is not valid'}.`,
    remedy: 'Restore the file from a copy, or evaluate the model again.',
    details: { file, field },
  });
}
