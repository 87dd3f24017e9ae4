import type { OptimizerSettings, ParameterUpdate, TensorDataType } from '@polyhead/types';
import type { ParameterLayout } from '../parameter-layout.ts';
import type { SharedMemory } from '../shared-memory.ts';
import type { ShapeFormula } from '../shape-formula.ts';

/** A value that the forward pass keeps for the backward pass. */
export interface SavedValue {
  readonly name: string;
  readonly dataType: TensorDataType;
  /** Undefined if the runtime has to find the shape out. */
  readonly shape: ShapeFormula | undefined;
}

/** A place where dropout takes numbers out. */
export interface DropoutMask {
  /** The graph input that takes the mask. */
  readonly name: string;
  readonly probability: number;
  readonly shape: ShapeFormula;
}

/** What decides the masks of a micro-batch. */
export interface DropoutChoice {
  readonly seed: number;
  /** Place of each text among those of the whole pass. */
  readonly places: readonly number[];
}

/** The graphs of training, encoded. Every parameter is an input of those that use it. */
export interface TrainingModels {
  /** Tokens in, embeddings out, without dropout. */
  readonly evaluation: Uint8Array;
  /** Tokens in, embeddings and saved values out. */
  readonly forward: Uint8Array;
  /** The same with nothing but embeddings out, for when nothing is kept. */
  readonly unsavedForward: Uint8Array;
  /** Saved values and the gradient of the embeddings in, gradients of the parameters out. */
  readonly backward: Uint8Array;
  /** Forward and backward in one: tokens and the gradient of the embeddings in, gradients of the parameters out. */
  readonly joint: Uint8Array;
}

/** The table of word embeddings, as workers need to know it. */
export interface TableSettings {
  /** The graph input for the rows in use. */
  readonly name: string;
  /** The graph input for the place of each token among these rows. */
  readonly wordRowsName: string;
  /** Width of a word embedding. */
  readonly width: number;
  readonly trained: boolean;
  readonly learningRateScale: number;
  /** Whether rows without a gradient keep still instead of following their moments and decay. */
  readonly lazy: boolean;
}

/** What a training worker is started with. */
export interface TrainingWorkerStart {
  readonly worker: number;
  readonly workers: number;
  readonly models: TrainingModels;
  readonly layout: ParameterLayout;
  readonly memory: SharedMemory;
  /** Undefined if the graphs take no rows of a table. */
  readonly table: TableSettings | undefined;
  readonly optimizer: OptimizerSettings;
  readonly savedValues: readonly SavedValue[];
  readonly dropoutMasks: readonly DropoutMask[];
  readonly padId: number;
  /** Width of an embedding. */
  readonly dimension: number;
}

/** The tokens of one row. */
export interface TokenRow {
  readonly ids: Int32Array;
  readonly typeIds: Uint8Array;
}

/** Gradients of rows of the table of word embeddings. */
export interface TableGradient {
  /** Distinct token ids. */
  readonly ids: Int32Array;
  /** `[ids, dimension]`, in shared memory where threads hand it to each other. */
  readonly values: Float32Array;
}

/** What a worker can be asked, with what it answers. */
export interface TrainingRequests {
  /** Embeddings `[rows, dimension]` without dropout. */
  readonly encode: { readonly arguments: { readonly rows: readonly TokenRow[] }; readonly answer: Float32Array };
  /** Embeddings `[rows, dimension]` with dropout; the micro-batch is remembered under `key` until `backward` or `discard`. */
  readonly forward: {
    readonly arguments: {
      readonly key: number;
      readonly rows: readonly TokenRow[];
      /** Whether the saved values are kept; otherwise `backward` computes them again. */
      readonly keep: boolean;
      readonly dropout: DropoutChoice;
    };
    readonly answer: Float32Array;
  };
  /** Gives back what sessions and buffers hold for batches whose values are kept. */
  readonly makeRoom: { readonly arguments: undefined; readonly answer: undefined };
  /** Adds the gradients of a micro-batch to those of this step. */
  readonly backward: {
    readonly arguments: { readonly key: number; readonly gradient: Float32Array };
    readonly answer: undefined;
  };
  readonly discard: { readonly arguments: { readonly key: number }; readonly answer: undefined };
  /** Completes this worker's gradients in shared memory; answers with those of the table. */
  readonly complete: { readonly arguments: undefined; readonly answer: readonly TableGradient[] };
  /** Sums the gradients of the range and of the rows of the table that this worker owns. Answers their sum of squares. */
  readonly sum: {
    /** What all workers found for the table, the same for all. */
    readonly arguments: { readonly table: readonly TableGradient[] };
    readonly answer: number;
  };
  /** Moves the parameters of the range and the rows of the table that this worker summed the gradients of. */
  readonly update: {
    readonly arguments: {
      readonly update: ParameterUpdate;
      /** Which update this is, from 1 on. */
      readonly count: number;
    };
    readonly answer: undefined;
  };
  /** Brings rows of the table up to date before they are used. */
  readonly prepareRows: { readonly arguments: { readonly ids: Int32Array }; readonly answer: undefined };
  /** Brings all rows of the table from `first` up to but without `end` up to date. */
  readonly catchUp: {
    readonly arguments: { readonly first: number; readonly end: number };
    readonly answer: undefined;
  };
  /** The optimizer state was filled from a file: it is that after updates with these learning rates. */
  readonly resume: {
    readonly arguments: { readonly learningRates: readonly number[] };
    readonly answer: undefined;
  };
  /** Copies the trained parameters from shared memory. */
  readonly refresh: { readonly arguments: undefined; readonly answer: undefined };
  /** Forgets all gradients of this step. */
  readonly clear: { readonly arguments: undefined; readonly answer: undefined };
}

/** Names of the requests. */
export type TrainingRequestKind = keyof TrainingRequests;

/** A request as it is sent. */
export interface TrainingRequestMessage {
  readonly id: number;
  readonly kind: TrainingRequestKind | 'release';
  readonly arguments: unknown;
}
