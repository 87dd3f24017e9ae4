import type { EncoderManifest, HeadManifest, JsonObject } from '@polyhead/types';
import type { HeadRecord, StoredEvaluations } from './metrics-file.ts';
import type { TrainingRecord } from './training-file.ts';

/** A head as it lies in a model folder. */
export interface StoredHead {
  readonly manifest: HeadManifest;
  /** Bytes of its safetensors file; undefined to keep the file that is there. */
  readonly weights?: Uint8Array | undefined;
  readonly record: HeadRecord;
  /** Its part of thresholds.json. */
  readonly thresholds?: JsonObject | undefined;
  readonly evaluation?: StoredEvaluations | undefined;
}

/** Everything that a model folder is written from. */
export interface StoredModel {
  readonly encoder: EncoderManifest;
  readonly heads: readonly StoredHead[];
  readonly seconds: JsonObject;
  readonly counts: JsonObject;
  /** How the encoder was trained, alone or together with heads, if it was. */
  readonly training?: TrainingRecord | undefined;
}
