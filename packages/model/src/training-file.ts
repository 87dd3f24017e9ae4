import { join } from 'node:path';
import { z } from 'zod';
import { pathExists } from '@polyhead/files';
import { PolyheadError, type JsonObject } from '@polyhead/types';
import { files } from './folder-layout.ts';
import { readModelJson } from './read-model-json.ts';

/** The content of training.json: how an encoder was trained, alone or together with heads. Not needed to predict. */
export interface TrainingRecord {
  /** What was asked for. */
  readonly settings: JsonObject;
  /** Means over some steps in a row, up to and with `step` (counted from 1): `loss`, `loss HEAD`, `learning_rate` and more. */
  readonly steps: readonly { readonly step: number; readonly figures: Readonly<Record<string, number>> }[];
  /** Epoch by epoch: means of training, figures on the validation rows, and all that was measured, per label too. */
  readonly epochs: readonly TrainingEpoch[];
  /** The epoch whose parameters the model has. */
  readonly bestEpoch: number;
  /** What the loss of each head that learned with the encoder counted in the end. */
  readonly weights: Readonly<Record<string, number>>;
}

/** One epoch of a {@link TrainingRecord}. */
export interface TrainingEpoch {
  readonly epoch: number;
  /** Steps done in all. */
  readonly step: number;
  readonly training: Readonly<Record<string, number>>;
  readonly validation?: Readonly<Record<string, number>> | undefined;
  readonly report?: JsonObject | undefined;
}

const figures = z.record(z.string(), z.number());
const json = z.record(z.string(), z.json());
const recordSchema = z.object({
  settings: json,
  steps: z.array(z.object({ step: z.number(), figures })),
  epochs: z.array(
    z.object({
      epoch: z.number(),
      step: z.number(),
      training: figures,
      validation: figures.optional(),
      report: json.optional(),
    }),
  ),
  bestEpoch: z.number(),
  weights: figures,
});

/**
 * Reads training.json of a model folder; undefined if its heads were trained on a frozen encoder.
 * @throws {PolyheadError} MODEL_FOLDER_INVALID
 */
export async function readTrainingRecord(directory: string): Promise<TrainingRecord | undefined> {
  const file = join(directory, files.training);
  if (!(await pathExists(file))) return undefined;
  const result = recordSchema.safeParse(await readModelJson(file));
  if (result.success) return result.data;
  const field = result.error.issues[0]?.path.join('.') ?? '';
  throw new PolyheadError('MODEL_FOLDER_INVALID', {
    message: `"${file}", field "${field}": ${result.error.issues[0]?.message ?? 'is not valid'}.`,
    remedy: 'Delete the file; it is only needed for the report.',
    details: { file, field },
  });
}
