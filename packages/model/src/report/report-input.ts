import type { EncoderManifest, HeadManifest, JsonObject } from '@polyhead/types';
import type { HeadRecord, StoredEvaluations } from '../metrics-file.ts';
import type { TrainingRecord } from '../training-file.ts';

/** What the report says about one head. */
export interface ReportHead {
  readonly manifest: HeadManifest;
  readonly record: HeadRecord;
  readonly evaluation?: StoredEvaluations | undefined;
  /** Its part of thresholds.json. */
  readonly thresholds?: JsonObject | undefined;
}

/** What a report is made from: a model as it is stored. */
export interface ReportInput {
  /** @default 'Model report' */
  readonly title?: string | undefined;
  readonly encoder: EncoderManifest;
  readonly heads: readonly ReportHead[];
  /** Seconds by phase. */
  readonly seconds: JsonObject;
  readonly counts: JsonObject;
  /** How the encoder was trained, alone or together with heads, if it was. */
  readonly training?: TrainingRecord | undefined;
}
