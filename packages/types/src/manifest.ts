import type { Task } from './dataset.ts';
import type { EncoderDescription } from './encoder.ts';
import type { Activation } from './head.ts';
import type { JsonObject } from './json.ts';

/** How a saved model has its encoder: named by reference and digest, or copied into the folder. */
export type EncoderStorage = 'referenced' | 'copied';

/** The encoder of a saved model. */
export interface EncoderManifest extends EncoderDescription {
  readonly storage: EncoderStorage;
  /** Licence of the encoder, if it says one: `Apache-2.0`. */
  readonly license?: string | undefined;
}

/** One head of a saved model. */
export interface HeadManifest {
  readonly name: string;
  readonly type: string;
  readonly task: Task;
  readonly labels: readonly string[];
  /** Names to show instead of the labels. */
  readonly displayNames?: Readonly<Record<string, string>> | undefined;
  readonly activation: Activation;
  readonly dimension: number;
  /** Weights, relative to the model folder: `heads/intent.safetensors`. */
  readonly file: string;
  /** SHA-256 of that file, in hexadecimal. */
  readonly digest: string;
  /** The options that the head was made with. */
  readonly options: JsonObject;
  /** Values that restoring needs beside the tensors. */
  readonly settings: JsonObject;
  /** When it was trained, ISO 8601. */
  readonly trainedAt: string;
  /** @default scores as the head gives them */
  readonly calibration?: HeadCalibration | undefined;
  /** Single-label heads only. @default the head always answers */
  readonly abstention?: HeadAbstention | undefined;
}

/** polyhead.json: what a model folder holds. */
export interface ModelManifest {
  readonly format: 'polyhead';
  /** Version of this format. */
  readonly version: 1;
  /** Name and version of the program that wrote it. */
  readonly createdBy: string;
  readonly encoder: EncoderManifest;
  readonly heads: readonly HeadManifest[];
}

/** What makes the scores of a head believable: they come from logits that are divided by a temperature. */
export interface HeadCalibration {
  /** Above 1 where the head was too sure of itself, below 1 where it was not sure enough. */
  readonly temperature: number;
  /** The rows that it was fitted on, for people. */
  readonly fittedOn: string;
}

/** When a single-label head gives no answer. */
export interface HeadAbstention {
  /** Lowest score of the best label, in [0, 1], at which the head answers. */
  readonly threshold: number;
  /** How it was chosen, for people. */
  readonly chosenBy: string;
}

/** The thresholds of one multi-label head, by label. */
export interface HeadThresholds {
  /** Tuned on validation data. */
  readonly tuned: Readonly<Record<string, number>>;
  /** How they were found, for people: metric, grid and data. */
  readonly tunedOn: string;
}
